/*
 * Allowances: what is taken, and to which finding each applies.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

typedef struct allow_case {
    char why[40];
    char code[24], variable[8], reason[16]; /* "-": NULL */
    char sentence[128];
} allow_case;

ParameterizedTestParameters(allow, description)
{
    static allow_case cases[] = {
        {"a code", "S01", "-", "by design", ""},
        {"a name with a dash", "constant-factor", "W2", "by design", ""},
        {"a family", "S", "-", "by design", ""},
        {"no code", "-", "-", "by design", "ga_allow() was given no code"},
        {"an empty code", "", "-", "by design", "ga_allow() was given no code"},
        {"not a code", "S01, S02", "-", "by design",
         "ga_allow(): `S01, S02` is neither a code (S01), a name (kink) nor a family (S)"},
        {"a number", "01", "-", "by design",
         "ga_allow(): `01` is neither a code (S01), a name (kink) nor a family (S)"},
        {"no reason", "S01", "-", "-", "ga_allow(): no reason is given for S01"},
        {"an empty reason", "S01", "W2", "", "ga_allow(): no reason is given for S01 on W2"},
        {"a variable without a name", "S01", "", "by design",
         "ga_allow(): the variable of S01 has an empty name (NULL means all)"},
    };
    return cr_make_param_array(allow_case, cases, sizeof cases / sizeof *cases);
}

static const char *said(const char *text)
{
    return text[0] == '-' ? NULL : text;
}

ParameterizedTest(const allow_case *param, allow, description)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    const ga_status status =
        ga_allow(p, said(param->code), said(param->variable), said(param->reason));
    const char *const error = ga_problem_error(p);
    cr_expect_str_eq(error ? error : "", param->sentence, "%s: got '%s'", param->why,
                     error ? error : "");
    cr_expect(status == (error ? GA_EINVAL : GA_OK), "%s", param->why);
    cr_expect(p->allowance_count == (error ? 0U : 1U), "%s", param->why);
    ga_problem_free(p);
}

typedef struct match_case {
    char allowed[24], variable[8];                   /* "-": NULL */
    char code[8], name[24], refines[8], concerns[8]; /* "-": NULL */
    int matches;
} match_case;

ParameterizedTestParameters(allow, matching)
{
    static match_case cases[] = {
        {"S01", "-", "S01", "kink", "-", "W", 1},
        {"S01", "-", "S01", "kink", "-", "-", 1},
        {"S01", "W", "S01", "kink", "-", "W", 1},
        {"S01", "W", "S01", "kink", "-", "W2", 0},
        {"S01", "W", "S01", "kink", "-", "-", 0},
        {"s01", "-", "S01", "kink", "-", "W", 1},
        {"kink", "-", "S01", "kink", "-", "W", 1},
        {"Kink", "-", "S01", "kink", "-", "W", 1},
        {"S", "-", "S01", "kink", "-", "W", 1},
        {"s", "-", "S01", "kink", "-", "W", 1},
        {"S0", "-", "S01", "kink", "-", "W", 0},
        {"S02", "-", "S01", "kink", "-", "W", 0},
        {"N", "-", "S01", "kink", "-", "W", 0},
        {"k", "-", "S01", "kink", "-", "W", 0},
        {"G01", "-", "G03", "constant-factor", "G01", "W", 1},
        {"G03", "-", "G01", "mismatch", "-", "W", 0},
        {"constant-factor", "-", "G03", "constant-factor", "G01", "-", 1},
    };
    return cr_make_param_array(match_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(const match_case *param, allow, matching)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_assert(ga_allow(p, param->allowed, said(param->variable), "by design") == GA_OK);
    const char *const reason = ga_problem_allowed(p, param->code, param->name, said(param->refines),
                                                  said(param->concerns));
    cr_expect((reason != NULL) == param->matches, "allow %s on %s: %s on %s", param->allowed,
              param->variable, param->code, param->concerns);
    if (reason) {
        cr_expect_str_eq(reason, "by design");
    }
    ga_problem_free(p);
}

Test(allow, texts_are_copied_and_the_first_match_counts)
{
    char reason[] = "the first";
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    cr_expect(ga_allow(p, "S01", "W2", "another variable") == GA_OK);
    cr_expect(ga_allow(p, "S", NULL, reason) == GA_OK);
    cr_expect(ga_allow(p, "S01", NULL, "the second") == GA_OK);
    reason[0] = 'X';
    cr_expect_str_eq(ga_problem_allowed(p, "S01", "kink", NULL, "W"), "the first");
    cr_expect_null(ga_problem_allowed(p, "G01", "mismatch", NULL, "W"));
    ga_problem_free(p);
}
