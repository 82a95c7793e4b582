/*
 * A run comes back as the result it was. Whatever does not fit is damage, and answered as such: no
 * value from the file is used as a size or an index before it has been compared.
 */
#include "store_inside.h"

#include <stdlib.h>
#include <string.h>

void ga_get_info(ga_columns *columns, ga_run_info *info)
{
    info->uuid = ga_get_text(columns);
    info->target = ga_get_text(columns);
    info->subject = ga_get_text(columns);
    info->arguments = ga_get_text(columns);
    info->options = ga_get_text(columns);
    info->started = ga_get_integer(columns);
    info->commit = ga_get_text(columns);
    info->branch = ga_get_text(columns);
    info->dirty = ga_get_int(columns);
    info->output = ga_get_text(columns);
}

static ga_verdict get_verdict(ga_columns *columns)
{
    return (ga_verdict)ga_get_word(columns, ga_word_of_verdict, GA_SKIPPED, GA_FAIL);
}

static void get_facts(ga_columns *columns, ga_facts *facts)
{
    facts->verdict = get_verdict(columns);
    facts->seed = (uint64_t)ga_get_integer(columns);
    facts->evaluations = ga_get_size(columns);
    facts->gradient_calls = ga_get_size(columns);
    facts->loss_value = ga_get_number(columns, NULL);
    facts->noise = ga_get_number(columns, NULL);
    facts->resolution = ga_get_number(columns, NULL);
    facts->coverage = ga_get_number(columns, NULL);
    facts->seconds = ga_get_real(columns);
    facts->repeatable = ga_get_int(columns);
    facts->repeats = ga_get_int(columns);
    facts->distinct = ga_get_int(columns);
    facts->strict = ga_get_int(columns);
    facts->algorithm = ga_get_int(columns);
    facts->plan = ga_get_text(columns);
    facts->screened = ga_get_int(columns);
    facts->confidence = ga_get_number(columns, NULL);
    facts->seen_share = ga_get_number(columns, NULL);
    facts->limit = ga_get_text(columns);
    facts->remedy = ga_get_text(columns);
    facts->twin = ga_get_int(columns);
    facts->points = ga_get_int(columns);
    facts->unexplained = ga_get_number(columns, NULL);
}

static void get_view(ga_columns *columns, ga_variable_result *view)
{
    view->dtype = (ga_dtype)ga_get_word(columns, ga_word_of_dtype, GA_DTYPE_NOT_SAID, GA_F64);
    view->role = (ga_role)ga_get_word(columns, ga_word_of_role, GA_TRAINABLE, GA_STATE);
    view->rank = ga_sizes_parse(ga_get_text(columns), view->shape, GA_MAX_RANK);
    if (view->rank < 0) {
        columns->is_damaged = 1;
        view->rank = 0;
    }
    view->elements = ga_get_size(columns);
    view->checked = ga_get_size(columns);
    view->verdict = get_verdict(columns);
    view->failed = ga_get_size(columns);
    view->inconclusive = ga_get_size(columns);
    view->nonfinite = ga_get_size(columns);
    view->zero = ga_get_size(columns);
    view->unwritten = ga_get_size(columns);
    view->worst_index = ga_get_index(columns);
    view->worst_error = ga_get_number(columns, NULL);
    view->resolution = ga_get_number(columns, NULL);
    view->gradient_norm = ga_get_number(columns, NULL);
    view->rtol = ga_get_real(columns);
    view->file = ga_get_text(columns);
    view->line = ga_get_int(columns);
    view->covered = ga_get_size(columns);
    view->seen_share = ga_get_number(columns, NULL);
    view->limit = ga_get_text(columns);
    view->claimed = ga_get_number(columns, NULL);
    view->measured = ga_get_number(columns, NULL);
    view->uncertainty = ga_get_number(columns, NULL);
}

static void get_variable(ga_columns *columns)
{
    ga_variable_record *const variable = ga_result_add_variable(columns->result);
    if (!variable) {
        columns->no_memory = 1;
        return;
    }
    variable->view.name = ga_get_text(columns);
    get_view(columns, &variable->view);
    ga_get_arrays(columns, variable);
}

static void get_check(ga_columns *columns)
{
    ga_check_result *const check = ga_result_add_check(columns->result);
    if (!check) {
        columns->no_memory = 1;
        return;
    }
    check->code = ga_get_text(columns);
    check->name = ga_get_text(columns);
    check->verdict = get_verdict(columns);
    check->reason = ga_get_text(columns);
}

static void get_finding(ga_columns *columns)
{
    ga_finding *const finding = ga_result_add_finding(columns->result);
    if (!finding) {
        columns->no_memory = 1;
        return;
    }
    finding->variable = ga_get_text(columns);
    finding->code = ga_get_text(columns);
    finding->name = ga_get_text(columns);
    finding->refines = ga_get_text(columns);
    finding->severity = (ga_severity)ga_get_word(columns, ga_word_of_severity, GA_NOTE, GA_ERROR);
    finding->verdict = get_verdict(columns);
    const int count = ga_sizes_parse(ga_get_text(columns), finding->indices, GA_MAX_INDICES);
    columns->is_damaged |= count < 0;
    finding->index_count = count < 0 ? 0 : (size_t)count;
    finding->count = ga_get_size(columns);
    finding->analytic = ga_get_number(columns, &finding->has_numbers);
    finding->measured = ga_get_number(columns, NULL);
    finding->uncertainty = ga_get_number(columns, NULL);
    finding->file = ga_get_text(columns);
    finding->line = ga_get_int(columns);
    finding->message = ga_get_text(columns);
    finding->why = ga_get_text(columns);
    finding->help = ga_get_text(columns);
    finding->suppressed = ga_get_text(columns);
    finding->point = ga_get_int(columns);
    finding->along = ga_get_int(columns);
}

static ga_status judge(ga_store *store, int64_t run, const ga_columns *columns)
{
    if (columns->no_memory) {
        return ga_store_sql_status(store, SQLITE_NOMEM);
    }
    if (columns->is_damaged) {
        return ga_store_fail(store, GA_EINVAL, "'%s' is damaged: run %lld cannot be read",
                             store->shown, (long long)run);
    }
    return GA_OK;
}

/* Hands each row of a query about the run to get(). */
static ga_status read_rows(ga_store *store, const char *sql, int64_t run, ga_result *result,
                           void (*get)(ga_columns *columns))
{
    ga_row row = ga_row_prepare(store, sql);
    ga_put_integer(&row, run);
    ga_status status = GA_OK;
    for (int found = 1; status == GA_OK && found;) {
        status = ga_row_fetch(&row, &found);
        if (status == GA_OK && found) {
            ga_columns columns = {.statement = row.statement, .result = result};
            get(&columns);
            status = judge(store, run, &columns);
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

static void get_run(ga_columns *columns)
{
    ga_result *const result = columns->result;
    const char *const status = ga_get_text(columns);
    result->facts.aborted = status && strcmp(status, "aborted") == 0;
    result->facts.loss = ga_get_text(columns);
    result->run.id = ga_get_integer(columns);
    ga_get_info(columns, &result->run);
    get_facts(columns, &result->facts);
}

ga_status ga_log_read_result(ga_store *store, int64_t run, ga_result **out)
{
    *out = NULL;
    ga_result *const result = ga_result_new();
    if (!result) {
        return ga_store_sql_status(store, SQLITE_NOMEM);
    }
    ga_status status =
        read_rows(store,
                  "SELECT r.status, l.name, r.id, " GA_INFO_COLUMNS ", " GA_FACTS_COLUMNS
                  " FROM run AS r LEFT JOIN loss AS l ON l.id = r.loss WHERE r.id = ?",
                  run, result, get_run);
    if (status == GA_OK) {
        status = read_rows(
            store,
            "SELECT n.name, s.dtype, s.role, s.shape, s.elements, s.checked, s.verdict, "
            "s.failed, s.inconclusive, s.nonfinite, s.zero, s.unwritten, s.worst_index, "
            "s.worst_error, s.worst_error_class, s.resolution, s.resolution_class, "
            "s.gradient_norm, s.gradient_norm_class, s.rtol, s.file, s.line, s.covered, "
            "s.seen_share, s.seen_share_class, s.limited_by, s.claimed, s.claimed_class, "
            "s.measured, s.measured_class, s.uncertainty, s.uncertainty_class, "
            "g.x, g.analytic, g.measured_count, g.checked, g.checked_x, g.checked_analytic, "
            "g.measured, g.uncertainty, g.resolution, g.step, g.verdict, g.evaluations, "
            "g.reason, g.reasons "
            "FROM variable_result AS s LEFT JOIN variable AS n ON n.id = s.variable "
            "LEFT JOIN gradient AS g ON g.run = s.run AND g.variable = s.variable "
            "AND g.point = 0 WHERE s.run = ? ORDER BY s.position",
            run, result, get_variable);
    }
    if (status == GA_OK) {
        status = read_rows(
            store, "SELECT " GA_CHECK_COLUMNS " FROM check_result WHERE run = ? ORDER BY position",
            run, result, get_check);
    }
    if (status == GA_OK) {
        status = read_rows(
            store,
            "SELECT (SELECT name FROM variable AS n WHERE n.id = f.variable), " GA_FINDING_COLUMNS
            " FROM finding AS f WHERE run = ? ORDER BY position",
            run, result, get_finding);
    }
    if (status != GA_OK) {
        ga_result_free(result);
        return status;
    }
    *out = result;
    return GA_OK;
}

/* Whether the run has ended with a result; if not, why not. */
static ga_status require_ended(ga_store *store, int64_t run)
{
    ga_row row = ga_row_prepare(store, "SELECT status, why FROM run WHERE id = ?");
    ga_put_integer(&row, run);
    int found = 0;
    ga_status status = ga_row_fetch(&row, &found);
    if (status == GA_OK && !found) {
        status = ga_store_fail(store, GA_EINVAL, "there is no run %lld in '%s'", (long long)run,
                               store->shown);
    } else if (status == GA_OK) {
        const char *const state = (const char *)sqlite3_column_text(row.statement, 0);
        const char *const why = (const char *)sqlite3_column_text(row.statement, 1);
        if (!state || strcmp(state, "running") == 0) {
            status = ga_store_fail(store, GA_EINVAL, "run %lld in '%s' has not ended",
                                   (long long)run, store->shown);
        } else if (strcmp(state, "error") == 0) {
            status = ga_store_fail(store, GA_EINVAL, "run %lld in '%s' was given up: %.500s",
                                   (long long)run, store->shown, why ? why : "no reason given");
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

ga_status ga_store_read(ga_store *store, int64_t run, ga_result **out)
{
    *out = NULL;
    ga_status status = ga_store_usable(store, GA_STORE_READ);
    if (status == GA_OK) { /* one transaction: all rows are of one moment */
        status = ga_sql_exec(store, "BEGIN");
    }
    if (status != GA_OK) {
        return status;
    }
    status = require_ended(store, run);
    if (status == GA_OK) {
        status = ga_log_read_result(store, run, out);
    }
    ga_sql_rollback(store);
    return status;
}
