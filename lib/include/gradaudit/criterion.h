/*
 * Gradient assertions for tests written with Criterion.
 *
 *     Test(model, gradient)
 *     {
 *         ga_problem *p = make_problem();
 *         cr_assert_gradient(p);      // a failure shows the report of the failing variables
 *         ga_problem_free(p);
 *     }
 */
#ifndef GRADAUDIT_CRITERION_H
#define GRADAUDIT_CRITERION_H

#include "gradaudit/gradaudit.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* 1: the gradient holds. The report goes to *text (malloc'ed, may be NULL). By way of a file, since
 * a stream in memory is not in ISO C and would be missing under -std=c11. */
static inline int ga_criterion_holds(ga_problem *problem, char **text)
{
    FILE *const out = tmpfile();
    *text = NULL;
    if (!out) {
        return ga_assert(problem, stderr);
    }
    const int holds = ga_assert(problem, out);
    const long size = ftell(out);
    if (size > 0) {
        *text = (char *)malloc((size_t)size + 1);
    }
    if (*text) {
        rewind(out);
        (*text)[fread(*text, 1, (size_t)size, out)] = '\0';
    }
    (void)fclose(out);
    return holds;
}

#define GA_CRITERION(assertion, problem)                                                           \
    do {                                                                                           \
        char *ga_text_ = NULL;                                                                     \
        const int ga_holds_ = ga_criterion_holds((problem), &ga_text_);                            \
        assertion(ga_holds_, "\n%s", ga_text_ ? ga_text_ : "");                                    \
        free(ga_text_);                                                                            \
    } while (0)

#define cr_assert_gradient(problem) GA_CRITERION(cr_assert, problem)
#define cr_expect_gradient(problem) GA_CRITERION(cr_expect, problem)

#endif
