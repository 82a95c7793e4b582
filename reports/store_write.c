/*
 * The life of a run in the log: noted as running in a commit of its own, then completed in one
 * transaction, or abandoned with a sentence. Where none of the two happens, the row itself is the
 * sign that the run never ended.
 */
#include "store_inside.h"

#include "common.h"
#include "host.h"

#include <stdlib.h>
#include <string.h>

void ga_put_info(ga_row *row, const ga_run_info *info)
{
    ga_put_text(row, info->uuid);
    ga_put_text(row, info->target);
    ga_put_text(row, info->subject);
    ga_put_text(row, info->arguments);
    ga_put_text(row, info->options);
    ga_put_integer(row, info->started);
    ga_put_text(row, info->commit);
    ga_put_text(row, info->branch);
    ga_put_integer(row, info->dirty);
    ga_put_text(row, info->output);
}

void ga_put_facts(ga_row *row, const ga_facts *facts)
{
    ga_put_text(row, ga_verdict_text(facts->verdict));
    ga_put_integer(row, (int64_t)facts->seed);
    ga_put_size(row, facts->evaluations);
    ga_put_size(row, facts->gradient_calls);
    ga_put_number(row, facts->loss_value);
    ga_put_number(row, facts->noise);
    ga_put_number(row, facts->resolution);
    ga_put_number(row, facts->coverage);
    ga_put_real(row, facts->seconds);
    ga_put_integer(row, facts->repeatable);
    ga_put_integer(row, facts->repeats);
    ga_put_integer(row, facts->distinct);
    ga_put_integer(row, facts->strict);
    ga_put_integer(row, facts->algorithm);
    ga_put_text(row, facts->plan);
    ga_put_integer(row, facts->screened);
    ga_put_number(row, facts->confidence);
    ga_put_number(row, facts->seen_share);
    ga_put_text(row, facts->limit);
    ga_put_text(row, facts->remedy);
    ga_put_integer(row, facts->twin);
    ga_put_integer(row, facts->points);
    ga_put_number(row, facts->unexplained);
}

/* What the caller says wins over what is known already. */
static void overlay(ga_run_info *info, const ga_store_meta *meta)
{
    if (!meta) {
        return;
    }
    info->target = meta->target ? meta->target : info->target;
    info->subject = meta->subject ? meta->subject : info->subject;
    info->arguments = meta->arguments ? meta->arguments : info->arguments;
    info->options = meta->options ? meta->options : info->options;
    info->output = meta->output ? meta->output : info->output;
}

static ga_status insert_run(ga_store *store, const char *loss_name, const ga_run_info *info,
                            int64_t *run)
{
    int64_t loss = 0;
    int64_t environment = 0;
    ga_process self;
    ga_process_self(&self);
    ga_status status = loss_name ? ga_log_loss(store, loss_name, info->target, &loss) : GA_OK;
    if (status == GA_OK) {
        status = ga_log_environment(store, &environment);
    }
    if (status != GA_OK) {
        return status;
    }
    ga_row row = ga_row_insert(
        store, "run",
        "loss, environment, kind, status, pid, boot, process_started, " GA_INFO_COLUMNS);
    ga_put_id(&row, loss);
    ga_put_id(&row, environment);
    ga_put_text(&row, "audit");
    ga_put_text(&row, "running");
    ga_put_integer(&row, self.pid);
    ga_put_text(&row, self.boot);
    ga_put_integer(&row, self.started);
    ga_put_info(&row, info);
    status = ga_row_step(&row);
    *run = sqlite3_last_insert_rowid(store->db);
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

static ga_status begin_at(ga_store *store, const char *loss, const ga_store_meta *meta,
                          int64_t started, int64_t *run)
{
    char uuid[GA_UUID_TEXT];
    ga_revision revision; /* asked before the transaction: it may take its time */
    ga_revision_read(meta ? meta->source_dir : NULL, &revision);
    ga_uuid_make(uuid);
    ga_run_info info = {
        .uuid = uuid,
        .started = started,
        .commit = revision.commit[0] ? revision.commit : NULL,
        .branch = revision.branch[0] ? revision.branch : NULL,
        .dirty = revision.dirty,
    };
    overlay(&info, meta);
    ga_status status = ga_sql_begin(store);
    if (status != GA_OK) {
        return status;
    }
    status = insert_run(store, loss, &info, run);
    if (status != GA_OK) {
        ga_sql_rollback(store);
        return status;
    }
    return ga_sql_commit(store);
}

ga_status ga_store_begin(ga_store *store, const char *loss, const ga_store_meta *meta, int64_t *run)
{
    *run = 0;
    const ga_status status = ga_store_usable(store, GA_STORE_WRITE);
    return status == GA_OK ? begin_at(store, loss, meta, ga_now_milliseconds(), run) : status;
}

/* What the row of a running run says already; the texts become the result's. */
static ga_status read_noted(ga_store *store, int64_t run, ga_result *result, ga_run_info *info)
{
    ga_row row = ga_row_prepare(store, "SELECT " GA_INFO_COLUMNS
                                       " FROM run WHERE id = ? AND status = 'running'");
    ga_put_integer(&row, run);
    int found = 0;
    ga_status status = ga_row_fetch(&row, &found);
    if (status == GA_OK && !found) {
        status = ga_store_fail(store, GA_EINVAL, "run %lld in '%s' is not running", (long long)run,
                               store->shown);
    }
    if (status == GA_OK) {
        ga_columns columns = {.statement = row.statement, .result = result};
        ga_get_info(&columns, info);
        if (columns.no_memory) {
            status = ga_store_sql_status(store, SQLITE_NOMEM);
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

/* Texts of the result's own where neither the caller nor the noted row has any. */
static void fill_gaps(ga_run_info *info, const ga_run_info *known)
{
    info->target = info->target ? info->target : known->target;
    info->subject = info->subject ? info->subject : known->subject;
    info->arguments = info->arguments ? info->arguments : known->arguments;
    info->options = info->options ? info->options : known->options;
    info->output = info->output ? info->output : known->output;
}

static ga_status own_texts(ga_store *store, ga_result *result, ga_run_info *info)
{
    const char **const texts[] = {&info->target, &info->subject, &info->arguments, &info->options,
                                  &info->output};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        const char *const copy = ga_result_text(result, *texts[k]);
        if (*texts[k] && !copy) {
            return ga_store_sql_status(store, SQLITE_NOMEM);
        }
        *texts[k] = copy;
    }
    return GA_OK;
}

static ga_status update_run(ga_store *store, int64_t run, int64_t loss, const ga_result *result,
                            const ga_run_info *info)
{
    ga_row row =
        ga_row_update(store, "run", "loss, status, " GA_INFO_COLUMNS ", " GA_FACTS_COLUMNS);
    ga_put_id(&row, result->facts.loss ? loss : 0);
    ga_put_text(&row, result->facts.aborted ? "aborted" : "done");
    ga_put_info(&row, info);
    ga_put_facts(&row, &result->facts);
    ga_put_integer(&row, run);
    (void)ga_row_step(&row);
    return ga_row_end(&row);
}

/* Inside the transaction. */
static ga_status complete(ga_store *store, int64_t run, ga_result *result,
                          const ga_store_meta *meta, ga_run_info *info)
{
    int64_t loss = 0;
    ga_status status = read_noted(store, run, result, info);
    if (status == GA_OK) {
        overlay(info, meta);
        fill_gaps(info, &result->run);
        status = own_texts(store, result, info);
    }
    if (status == GA_OK) {
        status = ga_log_loss(store, result->facts.loss, info->target, &loss);
    }
    if (status == GA_OK) {
        status = update_run(store, run, loss, result, info);
    }
    return status == GA_OK ? ga_log_insert_result(store, run, result, loss) : status;
}

ga_status ga_store_finish(ga_store *store, int64_t run, ga_result *result,
                          const ga_store_meta *meta)
{
    ga_status status = ga_store_usable(store, GA_STORE_WRITE);
    if (status == GA_OK) {
        status = ga_sql_begin(store);
    }
    if (status != GA_OK) {
        return status;
    }
    ga_run_info info = {.id = run};
    status = complete(store, run, result, meta, &info);
    if (status != GA_OK) {
        ga_sql_rollback(store);
        return status;
    }
    status = ga_sql_commit(store);
    if (status == GA_OK) {
        info.id = run;
        result->run = info;
    }
    return status;
}

ga_status ga_store_abandon(ga_store *store, int64_t run, const char *why)
{
    ga_status status = ga_store_usable(store, GA_STORE_WRITE);
    if (status != GA_OK) {
        return status;
    }
    ga_row row = ga_row_prepare(
        store, "UPDATE run SET status = 'error', why = ?, duration = "
               "max(0.0, (CAST(? AS INTEGER) - started) / 1000.0) WHERE id = ? AND status = "
               "'running'");
    ga_put_text(&row, why);
    ga_put_integer(&row, ga_now_milliseconds());
    ga_put_integer(&row, run);
    (void)ga_row_step(&row);
    status = ga_row_end(&row);
    if (status == GA_OK && sqlite3_changes(store->db) == 0) {
        status = ga_store_fail(store, GA_EINVAL, "run %lld in '%s' is not running", (long long)run,
                               store->shown);
    }
    return status;
}

ga_status ga_store_write(ga_store *store, ga_result *result, const ga_store_meta *meta,
                         int64_t *run)
{
    int64_t id = 0;
    if (run) {
        *run = 0;
    }
    ga_status status = ga_store_usable(store, GA_STORE_WRITE);
    if (status != GA_OK) {
        return status;
    }
    ga_store_meta known = meta ? *meta : (ga_store_meta){0};
    known.target = known.target ? known.target : result->run.target;
    const int64_t started = result->run.started
                                ? result->run.started
                                : ga_now_milliseconds() - (int64_t)(result->facts.seconds * 1000.0);
    status = begin_at(store, result->facts.loss, &known, started, &id);
    if (status == GA_OK) {
        status = ga_store_finish(store, id, result, &known);
        if (status != GA_OK) { /* may fail, too; the row then shows as unfinished */
            char why[GA_STORE_ERROR_SIZE];
            (void)strcpy(why, store->error);
            (void)ga_store_abandon(store, id, why);
            (void)strcpy(store->error, why);
        }
    }
    if (status == GA_OK && run) {
        *run = id;
    }
    return status;
}
