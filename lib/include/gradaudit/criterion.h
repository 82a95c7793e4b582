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

/* 1: the gradient holds. The report goes to *text (malloc'ed, may be NULL). */
static inline int ga_criterion_holds(ga_problem *problem, char **text)
{
    size_t size = 0;
    FILE *const out = open_memstream(text, &size);
    if (!out) {
        *text = NULL;
        return ga_assert(problem, stderr);
    }
    const int holds = ga_assert(problem, out);
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
