-- Search asks for parts of words: only a trigram index serves that.
create index assets_search_text_trgm on assets using gin (search_text extensions.gin_trgm_ops);
