/*
 * What the tests of the checks share: audit a problem, and compare the exact set of codes of its
 * errors and warnings. Notes are free. A difference prints all findings in full.
 *
 *     expect_codes(flat(quadratic, quadratic_off, 3, x), "G01");
 *
 *     ga_result *result = audit_expecting(problem, "G01 S01");
 *     const ga_finding *finding = finding_of(result, "G01", "W1");
 *     ...
 *     ga_result_free(result);
 *
 * Each of these frees the problem; a result outlives its problem.
 */
#ifndef GA_TEST_EXPECT_H
#define GA_TEST_EXPECT_H

#include <criterion/criterion.h>

#include "gradaudit/check.h"
#include "subjects.h"

#include <math.h>

/* `want`: codes in any order, each once, separated by blanks; "": nothing to complain about. */
#define audit_expecting(problem, want) audit_expecting_with((problem), NULL, (want))
#define audit_expecting_with(problem, options, want)                                               \
    expect_audit((problem), (options), (want), __FILE__, __LINE__)
#define expect_codes(problem, want) ga_result_free(audit_expecting((problem), (want)))
#define expect_codes_with(problem, options, want)                                                  \
    ga_result_free(audit_expecting_with((problem), (options), (want)))

ga_result *expect_audit(ga_problem *problem, const ga_options *options, const char *want,
                        const char *file, int line);

/* The only finding of this code on a variable (NULL: on the loss as a whole). Aborts the test when
 * there is none. */
const ga_finding *finding_of(const ga_result *result, const char *code, const char *variable);

/* The findings of this code, on whatever variable, suppressed ones included. */
size_t count_of(const ga_result *result, const char *code);

/* What the check itself answered; aborts the test when it did not run. */
const ga_check_result *check_of(const ga_result *result, const char *code);

const ga_variable_result *variable_of(const ga_result *result, const char *name);

/* A flat problem; x is copied, and nobody's `user`. */
ga_problem *flat(ga_flat_loss_fn *loss, ga_flat_grad_fn *grad, size_t n, const double *x);

/* Within the finding's numbers: analytic exactly as claimed, slope within its uncertainty. */
void expect_numbers(const ga_finding *finding, double analytic, double slope);

#endif
