/* See expect.h. */
#include "expect.h"

#include <stdlib.h>
#include <string.h>

static int counts(const ga_finding *finding)
{
    return finding->severity != GA_NOTE && !finding->suppressed;
}

/* Is the code, three characters long, a word of the list? */
static int is_listed(const char *list, const char *code)
{
    for (const char *at = strstr(list, code); at; at = strstr(at + 1, code)) {
        if ((at == list || at[-1] == ' ') && (at[3] == ' ' || at[3] == '\0')) {
            return 1;
        }
    }
    return 0;
}

static int is_found(const ga_result *result, const char *code)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        if (counts(finding) && strncmp(finding->code, code, 3) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_as_wanted(const ga_result *result, const char *want)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        if (counts(finding) && !is_listed(want, finding->code)) {
            return 0;
        }
    }
    for (const char *code = want; *code; code += code[3] == ' ' ? 4 : 3) {
        if (!is_found(result, code)) {
            return 0;
        }
    }
    return 1;
}

static void print_all(const ga_result *result, FILE *out)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        fprintf(out, "  %s %s%s: %s\n    because %s\n    help: %s\n", finding->code,
                ga_severity_text(finding->severity), finding->suppressed ? " (allowed)" : "",
                finding->message, finding->why, finding->help);
    }
    if (ga_result_finding_count(result) == 0) {
        fprintf(out, "  nothing at all\n");
    }
    for (size_t i = 0; i < ga_result_check_count(result); i++) {
        const ga_check_result *const check = ga_result_check(result, i);
        if (check->verdict == GA_SKIPPED) {
            fprintf(out, "  %s skipped: %s\n", check->code, check->reason);
        }
    }
}

ga_result *expect_audit(ga_problem *problem, const ga_options *options, const char *want,
                        const char *file, int line)
{
    ga_result *result = NULL;
    const ga_status status = ga_audit(problem, options, &result);
    const char *const error = ga_problem_error(problem);
    cr_assert(status == GA_OK, "%s:%d: the audit was impossible: %s (%s)", file, line,
              ga_status_text(status), error ? error : "no sentence");
    ga_problem_free(problem);
    if (!is_as_wanted(result, want)) {
        char *text = NULL;
        size_t size = 0;
        FILE *const out = open_memstream(&text, &size);
        cr_assert(out);
        print_all(result, out);
        (void)fclose(out);
        cr_expect(0, "%s:%d: expected \"%s\", found:\n%s", file, line, want, text);
        free(text);
    }
    return result;
}

static int is_on(const ga_finding *finding, const char *variable)
{
    return variable ? finding->variable && strcmp(finding->variable, variable) == 0
                    : !finding->variable;
}

const ga_finding *finding_of(const ga_result *result, const char *code, const char *variable)
{
    const ga_finding *found = NULL;
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        const ga_finding *const finding = ga_result_finding(result, i);
        if (strcmp(finding->code, code) == 0 && is_on(finding, variable)) {
            cr_expect(!found, "%s is reported twice for %s", code,
                      variable ? variable : "the loss");
            found = finding;
        }
    }
    cr_assert(found, "no %s for %s", code, variable ? variable : "the loss");
    return found;
}

size_t count_of(const ga_result *result, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        count += strcmp(ga_result_finding(result, i)->code, code) == 0;
    }
    return count;
}

const ga_check_result *check_of(const ga_result *result, const char *code)
{
    const ga_check_result *found = NULL;
    for (size_t i = 0; i < ga_result_check_count(result); i++) {
        const ga_check_result *const check = ga_result_check(result, i);
        found = strcmp(check->code, code) == 0 ? check : found;
    }
    cr_assert(found, "%s did not run", code);
    return found;
}

const ga_variable_result *variable_of(const ga_result *result, const char *name)
{
    const ga_variable_result *found = NULL;
    for (size_t v = 0; v < ga_result_variable_count(result); v++) {
        const ga_variable_result *const variable = ga_result_variable(result, v);
        found = strcmp(variable->name, name) == 0 ? variable : found;
    }
    cr_assert(found, "there is no variable %s", name);
    return found;
}

ga_problem *flat(ga_flat_loss_fn *loss, ga_flat_grad_fn *grad, size_t n, const double *x)
{
    ga_problem *problem = NULL;
    (void)ga_problem_flat(&(ga_flat){.name = "flat", .n = n, .x = x, .loss = loss, .grad = grad},
                          &problem);
    return problem;
}

void expect_numbers(const ga_finding *finding, double analytic, double slope)
{
    cr_expect(finding->has_numbers);
    cr_expect(fabs(finding->analytic - analytic) <= 1e-6 * fabs(analytic), "claimed %g, want %g",
              finding->analytic, analytic);
    cr_expect(fabs(finding->measured - slope) <= finding->uncertainty,
              "measured %.9g +- %.2g, the truth is %.9g", finding->measured, finding->uncertainty,
              slope);
}
