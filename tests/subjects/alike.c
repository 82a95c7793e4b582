/* See alike.h. */
#include "alike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What was said ----
 */

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void say(const ga_finding *finding, char *text, size_t size)
{
    int used = snprintf(text, size, "%s%s%s", finding->code, finding->variable ? ":" : "",
                        finding->variable ? finding->variable : "");
    for (size_t i = 0;
         !finding->along && finding->count <= SAID_INDICES && i < finding->index_count; i++) {
        used += snprintf(text + used, size - (size_t)used, "[%zu]", finding->indices[i]);
    }
}

const char *said_of(const ga_result *result, char said[SAID_SIZE])
{
    enum {
        MOST = 16,
        LENGTH = 60
    };
    char each[MOST][LENGTH];
    size_t count = 0;
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        if (finding->severity != GA_NOTE && !finding->suppressed && count < MOST) {
            say(finding, each[count++], LENGTH);
        }
    }
    qsort(each, count, LENGTH, by_text);
    said[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(said, i ? " " : ""), each[i]);
    }
    return said;
}

/* ---- Are they alike ----
 */

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

typedef struct tally {
    FILE *out;
    size_t differences;
} tally;

static void differ(tally *all, const char *field)
{
    all->differences++;
    (void)fprintf(all->out, "# %s differs", field);
}

#define SAME_NUMBER(field)                                                                         \
    if (p->field != q->field) {                                                                    \
        differ(all, #field);                                                                       \
        (void)fprintf(all->out, ": %g and %g\n", (double)p->field, (double)q->field);              \
    }
#define SAME(field)                                                                                \
    if (!same(p->field, q->field)) {                                                               \
        differ(all, #field);                                                                       \
        (void)fprintf(all->out, ": %.17g and %.17g\n", p->field, q->field);                        \
    }
#define SAME_TEXT(field)                                                                           \
    if (!same_text(p->field, q->field)) {                                                          \
        differ(all, #field);                                                                       \
        (void)fprintf(all->out, ": %s and %s\n", p->field ? p->field : "NULL",                     \
                      q->field ? q->field : "NULL");                                               \
    }

static void compare_facts(tally *all, const ga_facts *p, const ga_facts *q)
{
    SAME_TEXT(loss);
    SAME_NUMBER(verdict);
    SAME_NUMBER(seed);
    SAME_NUMBER(evaluations);
    SAME_NUMBER(gradient_calls);
    SAME(loss_value);
    SAME(noise);
    SAME(resolution);
    SAME(coverage);
    SAME_NUMBER(repeatable);
    SAME_NUMBER(repeats);
    SAME_NUMBER(distinct);
    SAME_NUMBER(aborted);
    SAME_NUMBER(strict);
    SAME_NUMBER(algorithm);
    SAME_TEXT(plan);
    SAME_NUMBER(screened);
    SAME(confidence);
    SAME(seen_share);
    SAME_TEXT(limit);
    SAME_TEXT(remedy);
    SAME_NUMBER(twin);
    SAME_NUMBER(points);
    SAME(unexplained);
}

static void compare_variables(tally *all, const ga_variable_result *p, const ga_variable_result *q)
{
    SAME_TEXT(name);
    SAME_NUMBER(elements);
    SAME_NUMBER(checked);
    SAME_NUMBER(verdict);
    SAME_NUMBER(failed);
    SAME_NUMBER(inconclusive);
    SAME_NUMBER(nonfinite);
    SAME_NUMBER(zero);
    SAME_NUMBER(unwritten);
    SAME_NUMBER(worst_index);
    SAME(worst_error);
    SAME(resolution);
    SAME(gradient_norm);
    SAME(rtol);
    SAME_NUMBER(covered);
    SAME(seen_share);
    SAME_TEXT(limit);
    SAME(claimed);
    SAME(measured);
    SAME(uncertainty);
}

static void compare_elements(tally *all, const ga_element *p, const ga_element *q)
{
    SAME_NUMBER(index);
    SAME(x);
    SAME(analytic);
    SAME(measured);
    SAME(uncertainty);
    SAME(resolution);
    SAME(step);
    SAME_NUMBER(verdict);
    SAME_NUMBER(evaluations);
    SAME_TEXT(reason);
}

static void compare_findings(tally *all, const ga_finding *p, const ga_finding *q)
{
    SAME_TEXT(code);
    SAME_NUMBER(severity);
    SAME_NUMBER(verdict);
    SAME_TEXT(variable);
    SAME_NUMBER(count);
    SAME_NUMBER(index_count);
    if (memcmp(p->indices, q->indices, sizeof p->indices) != 0) {
        differ(all, "indices\n");
    }
    SAME_NUMBER(has_numbers);
    SAME(analytic);
    SAME(measured);
    SAME(uncertainty);
    SAME_TEXT(message);
    SAME_TEXT(why);
    SAME_TEXT(help);
    SAME_TEXT(suppressed);
    SAME_NUMBER(point);
    SAME_NUMBER(along);
}

static void compare_checks(tally *all, const ga_check_result *p, const ga_check_result *q)
{
    SAME_TEXT(code);
    SAME_NUMBER(verdict);
    SAME_TEXT(reason);
}

static void compare_variable(tally *all, const ga_result *a, const ga_result *b, size_t v)
{
    compare_variables(all, ga_result_variable(a, v), ga_result_variable(b, v));
    if (ga_result_element_count(a, v) != ga_result_element_count(b, v)) {
        differ(all, "number of elements\n");
        return;
    }
    for (size_t k = 0; k < ga_result_element_count(a, v); k++) {
        compare_elements(all, ga_result_element(a, v, k), ga_result_element(b, v, k));
    }
}

size_t differences_of(const ga_result *a, const ga_result *b, FILE *out)
{
    tally all = {.out = out};
    compare_facts(&all, ga_result_facts(a), ga_result_facts(b));
    if (ga_result_variable_count(a) != ga_result_variable_count(b) ||
        ga_result_finding_count(a) != ga_result_finding_count(b) ||
        ga_result_check_count(a) != ga_result_check_count(b)) {
        differ(&all, "number of variables, findings, or checks\n");
        return all.differences;
    }
    for (size_t v = 0; v < ga_result_variable_count(a); v++) {
        compare_variable(&all, a, b, v);
    }
    for (size_t i = 0; i < ga_result_finding_count(a); i++) {
        compare_findings(&all, ga_result_finding(a, i), ga_result_finding(b, i));
    }
    for (size_t i = 0; i < ga_result_check_count(a); i++) {
        compare_checks(&all, ga_result_check(a, i), ga_result_check(b, i));
    }
    return all.differences;
}
