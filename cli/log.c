/*
 * The log around a child. A SQLite handle must not cross a fork, so each step opens the file anew.
 */
#include "log.h"

static ga_store *open_for_writing(cli_log *log)
{
    ga_store *store = NULL;
    const ga_status status =
        log->path ? ga_store_open(log->path, GA_STORE_WRITE, &store) : GA_EINVAL;
    if (log->path && status != GA_OK) {
        cli_error("%s", store ? ga_store_error(store) : ga_status_text(status));
        log->failed = 1;
    }
    if (status != GA_OK) {
        ga_store_close(store);
        return NULL;
    }
    return store;
}

static void close_after(cli_log *log, ga_store *store, ga_status status)
{
    if (status != GA_OK) {
        cli_error("%s", ga_store_error(store));
        log->failed = 1;
    }
    ga_store_close(store);
}

int cli_log_check(cli_log *log)
{
    if (!log->path) {
        return 1;
    }
    ga_store *store = NULL;
    const ga_status status = ga_store_open(log->path, GA_STORE_WRITE, &store);
    if (status != GA_OK) {
        cli_error("%s", store ? ga_store_error(store) : ga_status_text(status));
    }
    ga_store_close(store);
    if (status == GA_EINVAL || status == GA_EUNSUPPORTED) {
        return 0; /* a file of somebody else's, most likely a slip: nothing is lost yet */
    }
    if (status != GA_OK) {
        cli_error("the audit goes on, but it will not be logged");
        log->failed = 1;
        log->path = NULL;
    }
    return 1;
}

int64_t cli_log_begin(cli_log *log, const char *loss, const ga_store_meta *meta)
{
    int64_t run = 0;
    ga_store *const store = open_for_writing(log);
    if (store) {
        const ga_status status = ga_store_begin(store, loss, meta, &run);
        close_after(log, store, status);
        run = status == GA_OK ? run : 0;
    }
    return run;
}

void cli_log_finish(cli_log *log, int64_t run, ga_result *result, const ga_store_meta *meta)
{
    ga_store *const store = run > 0 ? open_for_writing(log) : NULL;
    if (store) {
        close_after(log, store, ga_store_finish(store, run, result, meta));
    }
}

void cli_log_abandon(cli_log *log, int64_t run, const char *why)
{
    ga_store *const store = run > 0 ? open_for_writing(log) : NULL;
    if (store) {
        close_after(log, store, ga_store_abandon(store, run, why));
    }
}

ga_store *cli_log_open(const char *path)
{
    ga_store *store = NULL;
    const ga_status status = ga_store_open(path, GA_STORE_READ, &store);
    if (status != GA_OK) {
        cli_error("%s", store ? ga_store_error(store) : ga_status_text(status));
        ga_store_close(store);
        return NULL;
    }
    return store;
}
