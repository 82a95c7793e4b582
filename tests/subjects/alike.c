/* See alike.h. */
#include "alike.h"

#include <criterion/criterion.h>
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

#define EXPECT_SAME_NUMBER(field)                                                                  \
    cr_expect(p->field == q->field, #field ": %g and %g", (double)p->field, (double)q->field)
#define EXPECT_SAME(field)                                                                         \
    cr_expect(same(p->field, q->field), #field ": %.17g and %.17g", p->field, q->field)
#define EXPECT_SAME_TEXT(field)                                                                    \
    cr_expect(same_text(p->field, q->field), #field ": %s and %s", p->field ? p->field : "NULL",   \
              q->field ? q->field : "NULL")

static void expect_alike_facts(const ga_facts *p, const ga_facts *q)
{
    EXPECT_SAME_TEXT(loss);
    EXPECT_SAME_NUMBER(verdict);
    EXPECT_SAME_NUMBER(seed);
    EXPECT_SAME_NUMBER(evaluations);
    EXPECT_SAME_NUMBER(gradient_calls);
    EXPECT_SAME(loss_value);
    EXPECT_SAME(noise);
    EXPECT_SAME(resolution);
    EXPECT_SAME(coverage);
    EXPECT_SAME_NUMBER(repeatable);
    EXPECT_SAME_NUMBER(repeats);
    EXPECT_SAME_NUMBER(distinct);
    EXPECT_SAME_NUMBER(aborted);
    EXPECT_SAME_NUMBER(strict);
    EXPECT_SAME_NUMBER(algorithm);
    EXPECT_SAME_TEXT(plan);
    EXPECT_SAME_NUMBER(screened);
    EXPECT_SAME(confidence);
    EXPECT_SAME(seen_share);
    EXPECT_SAME_TEXT(limit);
    EXPECT_SAME_TEXT(remedy);
    EXPECT_SAME_NUMBER(twin);
    EXPECT_SAME_NUMBER(points);
    EXPECT_SAME(unexplained);
}

static void expect_alike_variables(const ga_variable_result *p, const ga_variable_result *q)
{
    EXPECT_SAME_TEXT(name);
    EXPECT_SAME_NUMBER(elements);
    EXPECT_SAME_NUMBER(checked);
    EXPECT_SAME_NUMBER(verdict);
    EXPECT_SAME_NUMBER(failed);
    EXPECT_SAME_NUMBER(inconclusive);
    EXPECT_SAME_NUMBER(nonfinite);
    EXPECT_SAME_NUMBER(zero);
    EXPECT_SAME_NUMBER(unwritten);
    EXPECT_SAME_NUMBER(worst_index);
    EXPECT_SAME(worst_error);
    EXPECT_SAME(resolution);
    EXPECT_SAME(gradient_norm);
    EXPECT_SAME(rtol);
    EXPECT_SAME_NUMBER(covered);
    EXPECT_SAME(seen_share);
    EXPECT_SAME_TEXT(limit);
    EXPECT_SAME(claimed);
    EXPECT_SAME(measured);
    EXPECT_SAME(uncertainty);
}

static void expect_alike_elements(const ga_element *p, const ga_element *q)
{
    EXPECT_SAME_NUMBER(index);
    EXPECT_SAME(x);
    EXPECT_SAME(analytic);
    EXPECT_SAME(measured);
    EXPECT_SAME(uncertainty);
    EXPECT_SAME(resolution);
    EXPECT_SAME(step);
    EXPECT_SAME_NUMBER(verdict);
    EXPECT_SAME_NUMBER(evaluations);
    EXPECT_SAME_TEXT(reason);
}

static void expect_alike_findings(const ga_finding *p, const ga_finding *q)
{
    EXPECT_SAME_TEXT(code);
    EXPECT_SAME_NUMBER(severity);
    EXPECT_SAME_NUMBER(verdict);
    EXPECT_SAME_TEXT(variable);
    EXPECT_SAME_NUMBER(count);
    EXPECT_SAME_NUMBER(index_count);
    cr_expect(memcmp(p->indices, q->indices, p->index_count * sizeof *p->indices) == 0);
    EXPECT_SAME_NUMBER(has_numbers);
    EXPECT_SAME(analytic);
    EXPECT_SAME(measured);
    EXPECT_SAME(uncertainty);
    EXPECT_SAME_TEXT(message);
    EXPECT_SAME_TEXT(why);
    EXPECT_SAME_TEXT(help);
    EXPECT_SAME_TEXT(suppressed);
    EXPECT_SAME_NUMBER(point);
    EXPECT_SAME_NUMBER(along);
}

static void expect_alike_checks(const ga_check_result *p, const ga_check_result *q)
{
    EXPECT_SAME_TEXT(code);
    EXPECT_SAME_NUMBER(verdict);
    EXPECT_SAME_TEXT(reason);
}

void expect_alike(const ga_result *a, const ga_result *b)
{
    expect_alike_facts(ga_result_facts(a), ga_result_facts(b));
    cr_assert(ga_result_variable_count(a) == ga_result_variable_count(b));
    for (size_t v = 0; v < ga_result_variable_count(a); v++) {
        expect_alike_variables(ga_result_variable(a, v), ga_result_variable(b, v));
        cr_assert(ga_result_element_count(a, v) == ga_result_element_count(b, v));
        for (size_t k = 0; k < ga_result_element_count(a, v); k++) {
            expect_alike_elements(ga_result_element(a, v, k), ga_result_element(b, v, k));
        }
    }
    cr_assert(ga_result_finding_count(a) == ga_result_finding_count(b));
    for (size_t i = 0; i < ga_result_finding_count(a); i++) {
        expect_alike_findings(ga_result_finding(a, i), ga_result_finding(b, i));
    }
    cr_assert(ga_result_check_count(a) == ga_result_check_count(b));
    for (size_t i = 0; i < ga_result_check_count(a); i++) {
        expect_alike_checks(ga_result_check(a, i), ga_result_check(b, i));
    }
}
