/*
 * What hangs on the row of a run: variables, their arrays, the elements worth a row of their own,
 * checks and findings. Called inside a transaction; the first refusal ends it.
 */
#include "store_inside.h"

#include "common.h"
#include "host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_FAILED = 10000, /* rows of failing elements for one variable; the BLOBs hold the rest */
    MOST_WORST = 32,     /* rows besides, whatever their verdict */
    PLACE_SIZE = 200
};

ga_status ga_log_loss(ga_store *store, const char *name, const char *source, int64_t *loss)
{
    ga_row row = ga_row_prepare(store, "INSERT INTO loss (name, source) VALUES (?,?) "
                                       "ON CONFLICT (name, source) DO UPDATE SET name = name "
                                       "RETURNING id");
    ga_put_text(&row, ga_or_empty(name));
    ga_put_text(&row, ga_or_empty(source));
    (void)ga_row_step_id(&row, loss);
    return ga_row_end(&row);
}

/* ---- Elements ----------------------------------------------------------------------------- */

typedef struct ranked {
    double gap; /* |analytic - measured|; infinite where either is not finite */
    size_t element;
} ranked;

static double gap_of(const ga_element *element)
{
    const double gap = fabs(element->analytic - element->measured);
    return isnan(gap) ? (double)INFINITY : gap;
}

/* The worst first; of equals the one that comes first. */
static int by_gap(const void *one, const void *other)
{
    const ranked *const a = one;
    const ranked *const b = other;
    if (a->gap != b->gap) {
        return a->gap > b->gap ? -1 : 1;
    }
    return a->element < b->element ? -1 : a->element > b->element;
}

/* Keeps the MOST_WORST largest, the worst first. */
static void keep_worst(ranked *worst, size_t *count, ranked candidate)
{
    size_t at = *count;
    while (at > 0 && by_gap(&candidate, &worst[at - 1]) < 0) {
        at--;
    }
    if (at == MOST_WORST) {
        return;
    }
    const size_t end = *count < MOST_WORST ? *count : MOST_WORST - 1;
    memmove(worst + at + 1, worst + at, (end - at) * sizeof *worst);
    worst[at] = candidate;
    *count = end + 1;
}

static ga_status insert_element(ga_row *row, int64_t run, int64_t id,
                                const ga_variable_record *variable, const ga_element *element)
{
    char place[PLACE_SIZE];
    ga_index_text(&variable->view, element->index, place, sizeof place);
    ga_put_integer(row, run);
    ga_put_integer(row, id);
    ga_put_size(row, element->index);
    ga_put_text(row, place);
    ga_put_number(row, element->x);
    ga_put_number(row, element->analytic);
    ga_put_number(row, element->measured);
    ga_put_number(row, element->uncertainty);
    ga_put_number(row, element->resolution);
    ga_put_number(row, element->step);
    ga_put_text(row, ga_verdict_text(element->verdict));
    ga_put_integer(row, element->evaluations);
    ga_put_text(row, element->reason);
    return ga_row_step(row);
}

static size_t count_failed(const ga_variable_record *variable)
{
    size_t count = 0;
    for (size_t k = 0; k < variable->element_count; k++) {
        count += variable->elements[k].verdict == GA_FAIL;
    }
    return count;
}

static ga_status insert_elements(ga_row *row, int64_t run, int64_t id,
                                 const ga_variable_record *variable)
{
    ranked worst[MOST_WORST];
    size_t worst_count = 0;
    size_t failed = 0;
    ranked *const all = calloc(count_failed(variable) + 1, sizeof *all);
    if (!all) {
        return ga_store_sql_status(row->store, SQLITE_NOMEM);
    }
    for (size_t k = 0; k < variable->element_count; k++) {
        const ranked candidate = {gap_of(&variable->elements[k]), k};
        keep_worst(worst, &worst_count, candidate);
        if (variable->elements[k].verdict == GA_FAIL) {
            all[failed++] = candidate;
        }
    }
    if (failed > MOST_FAILED) {
        qsort(all, failed, sizeof *all, by_gap);
        failed = MOST_FAILED;
    }
    ga_status status = GA_OK;
    for (size_t k = 0; status == GA_OK && k < failed; k++) {
        status = insert_element(row, run, id, variable, &variable->elements[all[k].element]);
    }
    for (size_t k = 0; status == GA_OK && k < worst_count; k++) {
        const ga_element *const element = &variable->elements[worst[k].element];
        if (element->verdict != GA_FAIL) { /* those have their row already */
            status = insert_element(row, run, id, variable, element);
        }
    }
    free(all);
    return status;
}

/* ---- Variables ------------------------------------------------------------------------------ */

/* The statements that every variable needs. */
typedef struct variable_rows {
    ga_row name, view, arrays, element;
} variable_rows;

static void put_view(ga_row *row, const ga_variable_result *view, const char *shape)
{
    ga_put_text(row, ga_dtype_text(view->dtype));
    ga_put_text(row, ga_role_text(view->role));
    ga_put_text(row, shape);
    ga_put_size(row, view->elements);
    ga_put_size(row, view->checked);
    ga_put_text(row, ga_verdict_text(view->verdict));
    ga_put_size(row, view->failed);
    ga_put_size(row, view->inconclusive);
    ga_put_size(row, view->nonfinite);
    ga_put_size(row, view->zero);
    ga_put_size(row, view->unwritten);
    ga_put_index(row, view->worst_index);
    ga_put_number(row, view->worst_error);
    ga_put_number(row, view->resolution);
    ga_put_number(row, view->gradient_norm);
    ga_put_real(row, view->rtol);
    ga_put_text(row, view->file);
    ga_put_integer(row, view->line);
    ga_put_size(row, view->covered);
    ga_put_number(row, view->seen_share);
    ga_put_text(row, view->limit);
    ga_put_number(row, view->claimed);
    ga_put_number(row, view->measured);
    ga_put_number(row, view->uncertainty);
}

static ga_status name_variable(ga_row *row, int64_t loss, const ga_variable_result *view,
                               const char *shape, int64_t *id)
{
    ga_put_integer(row, loss);
    ga_put_text(row, view->name);
    ga_put_text(row, ga_role_text(view->role));
    ga_put_text(row, ga_dtype_text(view->dtype));
    ga_put_text(row, shape);
    ga_put_size(row, view->elements);
    ga_put_text(row, view->file);
    ga_put_integer(row, view->line);
    return ga_row_step_id(row, id);
}

static ga_status insert_variable(variable_rows *rows, int64_t run, int64_t loss, size_t position,
                                 const ga_variable_record *variable, int64_t *id)
{
    const ga_variable_result *const view = &variable->view;
    char place[PLACE_SIZE];
    char *const shape = ga_sizes_text(view->shape, view->rank > 0 ? (size_t)view->rank : 0);
    if (!shape) {
        return ga_store_sql_status(rows->name.store, SQLITE_NOMEM);
    }
    ga_status status = name_variable(&rows->name, loss, view, shape, id);
    if (status == GA_OK) {
        ga_index_text(view, view->worst_index, place, sizeof place);
        ga_put_integer(&rows->view, run);
        ga_put_size(&rows->view, position);
        ga_put_integer(&rows->view, *id);
        ga_put_text(&rows->view, view->worst_index == GA_NO_INDEX ? NULL : place);
        put_view(&rows->view, view, shape);
        status = ga_row_step(&rows->view);
    }
    if (status == GA_OK) {
        ga_put_integer(&rows->arrays, run);
        ga_put_integer(&rows->arrays, *id);
        ga_put_arrays(&rows->arrays, variable);
        status = ga_row_step(&rows->arrays);
    }
    free(shape);
    return status == GA_OK ? insert_elements(&rows->element, run, *id, variable) : status;
}

static ga_status insert_variables(ga_store *store, int64_t run, int64_t loss,
                                  const ga_result *result, int64_t *ids)
{
    variable_rows rows = {
        .name = ga_row_prepare(
            store, "INSERT INTO variable (loss, name, kind, role, dtype, shape, elements, file, "
                   "line) VALUES (?,?,'registered',?,?,?,?,?,?) ON CONFLICT (loss, name) DO "
                   "UPDATE SET kind = 'registered', role = excluded.role, dtype = excluded.dtype, "
                   "shape = excluded.shape, elements = excluded.elements, file = excluded.file, "
                   "line = excluded.line RETURNING id"),
        .view = ga_row_insert(store, "variable_result",
                              "run, position, variable, worst_place, " GA_VIEW_COLUMNS),
        .arrays = ga_row_insert(store, "gradient", "run, variable, " GA_GRADIENT_COLUMNS),
        .element = ga_row_insert(
            store, "element",
            "run, variable, flat_index, place, x, x_class, analytic, analytic_class, measured, "
            "measured_class, uncertainty, uncertainty_class, resolution, resolution_class, step, "
            "step_class, verdict, evaluations, reason"),
    };
    ga_status status = GA_OK;
    for (size_t v = 0; status == GA_OK && v < result->variable_count; v++) {
        status = insert_variable(&rows, run, loss, v, &result->variables[v], &ids[v]);
    }
    ga_row *const all[] = {&rows.name, &rows.view, &rows.arrays, &rows.element};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const ga_status end = ga_row_end(all[k]);
        status = status == GA_OK ? end : status;
    }
    return status;
}

/* ---- Checks and findings --------------------------------------------------------------------- */

static ga_status insert_checks(ga_store *store, int64_t run, const ga_result *result)
{
    ga_row row = ga_row_insert(store, "check_result", "run, position, " GA_CHECK_COLUMNS);
    for (size_t k = 0; row.code == SQLITE_OK && k < result->check_count; k++) {
        const ga_check_result *const check = &result->checks[k];
        ga_put_integer(&row, run);
        ga_put_size(&row, k);
        ga_put_text(&row, check->code);
        ga_put_text(&row, check->name);
        ga_put_text(&row, ga_verdict_text(check->verdict));
        ga_put_text(&row, check->reason);
        (void)ga_row_step(&row);
    }
    return ga_row_end(&row);
}

/* A variable that nobody registered still has a name and a history. */
static ga_status name_stranger(ga_store *store, int64_t loss, const ga_finding *finding,
                               int64_t *id)
{
    const int is_created = finding->code && strcmp(finding->code, "V02") == 0;
    ga_row row = ga_row_prepare(store, "INSERT INTO variable (loss, name, kind, file, line) "
                                       "VALUES (?,?,?,?,?) ON CONFLICT (loss, name) DO UPDATE "
                                       "SET name = name RETURNING id");
    ga_put_integer(&row, loss);
    ga_put_text(&row, finding->variable);
    ga_put_text(&row, is_created ? "created" : "untracked");
    ga_put_text(&row, finding->file);
    ga_put_integer(&row, finding->line);
    (void)ga_row_step_id(&row, id);
    return ga_row_end(&row);
}

static void put_finding(ga_row *row, const ga_finding *finding, const char *indices)
{
    ga_put_text(row, finding->code);
    ga_put_text(row, finding->name);
    ga_put_text(row, finding->refines);
    ga_put_text(row, ga_severity_text(finding->severity));
    ga_put_text(row, ga_verdict_text(finding->verdict));
    ga_put_text(row, indices);
    ga_put_size(row, finding->count);
    if (finding->has_numbers) {
        ga_put_number(row, finding->analytic);
        ga_put_number(row, finding->measured);
        ga_put_number(row, finding->uncertainty);
    } else {
        ga_put_null(row, 6);
    }
    ga_put_text(row, finding->file);
    ga_put_integer(row, finding->line);
    ga_put_text(row, finding->message);
    ga_put_text(row, finding->why);
    ga_put_text(row, finding->help);
    ga_put_text(row, finding->suppressed);
    ga_put_integer(row, finding->point);
    ga_put_integer(row, finding->along);
}

static ga_status insert_finding(ga_row *row, int64_t run, size_t position, int64_t variable,
                                const ga_result *result, const ga_finding *finding)
{
    char hash[GA_HASH_TEXT];
    char place[PLACE_SIZE];
    const char *const family[] = {
        result->facts.loss, finding->refines ? finding->refines : finding->code, finding->variable};
    const size_t count =
        finding->index_count < GA_MAX_INDICES ? finding->index_count : GA_MAX_INDICES;
    const ga_variable_record *const record = ga_finding_variable(result, finding);
    char *const indices = ga_sizes_text(finding->indices, count);
    if (!indices) {
        return ga_store_sql_status(row->store, SQLITE_NOMEM);
    }
    ga_hash_texts(family, sizeof family / sizeof *family, hash);
    ga_put_integer(row, run);
    ga_put_size(row, position);
    ga_put_id(row, variable);
    ga_put_text(row, hash);
    ga_put_index(row, count > 0 ? finding->indices[0] : GA_NO_INDEX);
    if (record && count > 0) {
        ga_index_text(&record->view, finding->indices[0], place, sizeof place);
        ga_put_text(row, place);
    } else {
        ga_put_null(row, 1);
    }
    put_finding(row, finding, indices);
    const ga_status status = ga_row_step(row);
    free(indices);
    return status;
}

static ga_status insert_findings(ga_store *store, int64_t run, int64_t loss,
                                 const ga_result *result, const int64_t *ids)
{
    ga_row row = ga_row_insert(
        store, "finding",
        "run, position, variable, fingerprint, flat_index, place, " GA_FINDING_COLUMNS);
    ga_status status = GA_OK;
    for (size_t k = 0; status == GA_OK && k < result->finding_count; k++) {
        const ga_finding *const finding = &result->findings[k];
        const ga_variable_record *const record = ga_finding_variable(result, finding);
        int64_t variable = record ? ids[record - result->variables] : 0;
        if (!record && finding->variable) {
            status = name_stranger(store, loss, finding, &variable);
        }
        if (status == GA_OK) {
            status = insert_finding(&row, run, k, variable, result, finding);
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}

ga_status ga_log_insert_result(ga_store *store, int64_t run, const ga_result *result, int64_t loss)
{
    int64_t *const ids = calloc(result->variable_count + 1, sizeof *ids);
    if (!ids) {
        return ga_store_sql_status(store, SQLITE_NOMEM);
    }
    ga_status status = insert_variables(store, run, loss, result, ids);
    if (status == GA_OK) {
        status = insert_checks(store, run, result);
    }
    if (status == GA_OK) {
        status = insert_findings(store, run, loss, result, ids);
    }
    free(ids);
    return status;
}
