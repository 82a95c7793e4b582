/*
 * A result as a growing heap of parts: making it, adding to it, reading it, freeing it.
 *
 * It judges nothing but how the command line ends; see ga_result_exit_code().
 */
#include "gradaudit/result.h"
#include "result_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 8
}; /* most results have few variables and fewer findings */

ga_result *ga_result_new(void)
{
    ga_result *const result = calloc(1, sizeof *result);
    if (!result) {
        return NULL;
    }
    result->facts.loss_value = (double)NAN;
    result->facts.resolution = (double)NAN;
    result->facts.confidence = (double)NAN;
    result->facts.seen_share = (double)NAN;
    result->facts.unexplained = (double)NAN;
    result->facts.repeatable = -1;
    result->run.dirty = -1;
    return result;
}

void ga_result_free(ga_result *result)
{
    if (!result) {
        return;
    }
    for (size_t v = 0; v < result->variable_count; v++) {
        free(result->variables[v].x);
        free(result->variables[v].analytic);
        free(result->variables[v].elements);
    }
    free(result->variables);
    free(result->findings);
    free(result->checks);
    ga_text_blocks_free(result->texts);
    free(result);
}

/* Makes room for one more item of `size` bytes in *items, zeroed and counted. NULL: no memory, and
 * nothing has changed. */
static void *add(void *items, size_t *count, size_t *capacity, size_t size, void **moved)
{
    char *base = items;
    if (*count == *capacity) {
        const size_t wanted = *capacity ? *capacity * 2 : FIRST_CAPACITY;
        if (wanted < *capacity || wanted > SIZE_MAX / size) {
            return NULL;
        }
        base = realloc(items, wanted * size);
        if (!base) {
            return NULL;
        }
        *capacity = wanted;
    }
    *moved = base;
    return memset(base + size * (*count)++, 0, size);
}

ga_variable_record *ga_result_add_variable(ga_result *result)
{
    void *moved = result->variables;
    ga_variable_record *const variable =
        add(result->variables, &result->variable_count, &result->variable_capacity,
            sizeof *result->variables, &moved);
    result->variables = moved;
    if (variable) {
        variable->view.worst_index = GA_NO_INDEX;
        variable->view.worst_error = (double)NAN;
        variable->view.resolution = (double)NAN;
        variable->view.seen_share = (double)NAN;
        variable->view.claimed = (double)NAN;
        variable->view.measured = (double)NAN;
        variable->view.uncertainty = (double)NAN;
    }
    return variable;
}

ga_finding *ga_result_add_finding(ga_result *result)
{
    void *moved = result->findings;
    ga_finding *const finding = add(result->findings, &result->finding_count,
                                    &result->finding_capacity, sizeof *result->findings, &moved);
    result->findings = moved;
    return finding;
}

ga_check_result *ga_result_add_check(ga_result *result)
{
    void *moved = result->checks;
    ga_check_result *const check = add(result->checks, &result->check_count,
                                       &result->check_capacity, sizeof *result->checks, &moved);
    result->checks = moved;
    return check;
}

ga_element *ga_result_add_element(ga_variable_record *variable)
{
    void *moved = variable->elements;
    ga_element *const element =
        add(variable->elements, &variable->element_count, &variable->element_capacity,
            sizeof *variable->elements, &moved);
    variable->elements = moved;
    return element;
}

/* ---- Reading ------------------------------------------------------------------------------ */

const ga_facts *ga_result_facts(const ga_result *result)
{
    return &result->facts;
}

ga_verdict ga_result_verdict(const ga_result *result)
{
    return result->facts.verdict;
}

size_t ga_result_variable_count(const ga_result *result)
{
    return result->variable_count;
}

const ga_variable_result *ga_result_variable(const ga_result *result, size_t variable)
{
    return variable < result->variable_count ? &result->variables[variable].view : NULL;
}

size_t ga_result_element_count(const ga_result *result, size_t variable)
{
    return variable < result->variable_count ? result->variables[variable].element_count : 0;
}

const ga_element *ga_result_element(const ga_result *result, size_t variable, size_t k)
{
    return k < ga_result_element_count(result, variable) ? &result->variables[variable].elements[k]
                                                         : NULL;
}

size_t ga_result_finding_count(const ga_result *result)
{
    return result->finding_count;
}

const ga_finding *ga_result_finding(const ga_result *result, size_t finding)
{
    return finding < result->finding_count ? &result->findings[finding] : NULL;
}

size_t ga_result_check_count(const ga_result *result)
{
    return result->check_count;
}

const ga_check_result *ga_result_check(const ga_result *result, size_t check)
{
    return check < result->check_count ? &result->checks[check] : NULL;
}

size_t ga_result_count(const ga_result *result, ga_severity severity)
{
    size_t count = 0;
    for (size_t k = 0; k < result->finding_count; k++) {
        const ga_finding *const finding = &result->findings[k];
        count += !finding->suppressed && finding->severity == severity;
    }
    return count;
}

/* ---- How the command line ends ------------------------------------------------------------ */

static size_t failed_callbacks(const ga_result *result)
{
    size_t count = 0;
    for (size_t k = 0; k < result->finding_count; k++) {
        const ga_finding *const finding = &result->findings[k];
        count += !finding->suppressed && finding->severity == GA_ERROR && finding->code &&
                 strcmp(finding->code, "P08") == 0;
    }
    return count;
}

/* Whether each judgement is settled to the tolerance, which is what `strict` asks for. */
/* A strict PASS is settled to what the gradient may err: rtol, and a little for its own rounding.
 */
static const double SETTLED = 1.1;

static int is_settled(const ga_result *result)
{
    for (size_t k = 0; k < result->finding_count; k++) {
        if (!result->findings[k].suppressed && result->findings[k].verdict == GA_INCONCLUSIVE) {
            return 0;
        }
    }
    for (size_t v = 0; v < result->variable_count; v++) {
        const ga_variable_result *const view = &result->variables[v].view;
        if (view->role != GA_TRAINABLE || view->elements == 0) {
            continue;
        }
        if (view->verdict == GA_INCONCLUSIVE || view->inconclusive > 0 ||
            !(view->resolution <= SETTLED * view->rtol)) { /* NaN: nothing is excluded */
            return 0;
        }
    }
    return 1;
}

int ga_result_exit_code(const ga_result *result)
{
    const size_t errors = ga_result_count(result, GA_ERROR);
    if (errors > 0) {
        return errors > failed_callbacks(result) ? 1 : 4;
    }
    size_t trainable = 0;
    size_t measured = 0;
    for (size_t v = 0; v < result->variable_count; v++) {
        if (result->variables[v].view.role == GA_TRAINABLE) {
            trainable += result->variables[v].view.elements;
            /* an element that is inconclusive was measured, but not judged */
            measured += result->variables[v].view.checked - result->variables[v].view.inconclusive;
            /* what directions moved was judged where they excluded less than all of |g| */
            const int excludes = result->variables[v].view.resolution < 1.0; /* NaN: no */
            measured += excludes ? result->variables[v].view.covered : 0;
        }
    }
    if (trainable == 0) {
        return 5;
    }
    const int asked = !isnan(result->facts.coverage);
    return (asked && measured == 0) || (result->facts.strict && !is_settled(result)) ? 3 : 0;
}
