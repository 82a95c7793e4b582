/* The list of checks, and the words by which people call them. */
#include "expect.h"

#include <ctype.h>
#include <string.h>

static const ga_check *check_called(const char *word)
{
    const ga_check *const check = ga_find_check(word);
    cr_assert(check, "there is no check called %s", word);
    return check;
}

Test(list, codes_and_names_are_unique)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    cr_assert_gt(count, 0);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            cr_expect_str_neq(all[i]->code, all[k]->code);
            cr_expect_str_neq(all[i]->name, all[k]->name);
        }
    }
}

static int is_code(const char *code)
{
    return strlen(code) == 3 && strchr("PGVNSW", code[0]) && isdigit((unsigned char)code[1]) &&
           isdigit((unsigned char)code[2]);
}

static int is_kebab_case(const char *name)
{
    const size_t length = strlen(name);
    return length > 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz-") == length && name[0] != '-' &&
           name[length - 1] != '-' && !strstr(name, "--");
}

Test(list, codes_and_names_have_their_form)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(is_code(all[i]->code), "%s", all[i]->code);
        cr_expect(is_kebab_case(all[i]->name), "%s", all[i]->name);
        cr_expect(all[i]->run);
        cr_expect(!all[i]->refines || ga_find_check(all[i]->refines), "%s", all[i]->code);
    }
}

Test(list, summaries_are_one_line)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    for (size_t i = 0; i < count; i++) {
        const char *const summary = all[i]->summary;
        cr_assert(summary && *summary, "%s", all[i]->code);
        cr_expect(strlen(summary) <= 76 && !strchr(summary, '\n'), "%s", summary);
        cr_expect_neq(summary[strlen(summary) - 1], '.', "%s", summary);
    }
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        longest = length > longest ? length : longest;
        line += length + (line[length] == '\n');
    }
    return longest;
}

Test(list, explanations_have_an_example_that_fails_and_one_that_is_mended)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    for (size_t i = 0; i < count; i++) {
        const char *const text = all[i]->explanation;
        cr_assert(text, "%s", all[i]->code);
        const char *const fails = strstr(text, "\nFails");
        const char *const mended = strstr(text, "\nMended");
        cr_assert(fails && mended && fails < mended, "%s", all[i]->code);
        cr_expect(fails - text > 300, "%s says little", all[i]->code);
        cr_expect(strstr(fails, "\n    ") && strstr(mended, "\n    "), "%s", all[i]->code);
        cr_expect_leq(longest_line(text), 92, "%s", all[i]->code);
        cr_expect_neq(text[strlen(text) - 1], '\n', "%s", all[i]->code);
        cr_expect(!strchr(text, '\t'), "%s", all[i]->code);
    }
}

Test(list, codes_that_explanations_mention_exist)
{
    static const char later[] = "G02 G04 G07 G13 V01 V06 V07 N02 N05 P05 P06";
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    for (size_t i = 0; i < count; i++) {
        for (const char *at = strchr(all[i]->explanation, '('); at; at = strchr(at + 1, '(')) {
            char code[4] = "";
            if (sscanf(at, "(%3[A-Z0-9])", code) == 1 && is_code(code)) {
                cr_expect(ga_find_check(code) && !strstr(later, code), "%s mentions %s",
                          all[i]->code, code);
            }
        }
    }
}

Test(list, finds_by_code_and_name_in_any_case)
{
    cr_expect_str_eq(check_called("G03")->name, "constant-factor");
    cr_expect_str_eq(check_called("g03")->name, "constant-factor");
    cr_expect_str_eq(check_called("constant-factor")->code, "G03");
    cr_expect_str_eq(check_called("Constant-Factor")->code, "G03");
}

Test(list, does_not_find_what_is_not_there)
{
    static const char *const words[] = {"", "G", "G0", "G030", "G99", " G03", "constant", "-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_expect_null(ga_find_check(words[i]), "\"%s\"", words[i]);
    }
    cr_expect_null(ga_find_check(NULL));
}

static void expect_in(const char *code, const char *words, int want)
{
    cr_expect_eq(ga_check_in_list(check_called(code), words), want, "%s in \"%s\"", code,
                 words ? words : "NULL");
}

Test(list, lists_hold_codes_names_and_families)
{
    expect_in("S01", "S01", 1);
    expect_in("S01", "kink", 1);
    expect_in("S01", "S", 1);
    expect_in("S01", "s", 1);
    expect_in("S01", "G01, KINK ,P", 1);
    expect_in("S01", "G01,S03,P", 0);
    expect_in("S01", "", 0);
    expect_in("S01", NULL, 0);
    expect_in("S01", ",,", 0);
    expect_in("S01", "S0", 0);
    expect_in("S01", "S01x", 0);
}

Test(list, a_code_stands_for_its_refinements)
{
    static const char *const refined[] = {"G01", "G03", "G05", "G06"};
    for (size_t i = 0; i < sizeof refined / sizeof *refined; i++) {
        expect_in(refined[i], "G01", 1);
        expect_in(refined[i], "mismatch", 1);
        expect_in(refined[i], "G", 1);
    }
    expect_in("G01", "G03", 0);
    expect_in("G11", "G01", 0);
    expect_in("G08", "mismatch", 0);
}

static void expect_unknown(const char *words, const char *want)
{
    size_t length = 0;
    const char *const error = ga_check_list_error(words, &length);
    if (!want) {
        cr_expect_null(error, "\"%s\"", words ? words : "NULL");
        return;
    }
    cr_assert(error, "\"%s\"", words);
    cr_expect(length == strlen(want) && strncmp(error, want, length) == 0, "\"%.*s\"", (int)length,
              error);
}

Test(list, unknown_words_are_named)
{
    expect_unknown("G01,S,kink", NULL);
    expect_unknown(NULL, NULL);
    expect_unknown("", NULL);
    expect_unknown("G01, kinky ,S", "kinky");
    expect_unknown("X", "X");
    expect_unknown("G99", "G99");
    expect_unknown("G01 S01", "G01 S01");
}

static void expect_refused(const char *select, const char *ignore)
{
    ga_problem *p = flat(quadratic, quadratic_grad, 2, (double[]){1.0, 2.0});
    ga_result *result = NULL;
    cr_expect_eq(ga_audit(p, &(ga_options){.select = select, .ignore = ignore}, &result),
                 GA_EINVAL);
    cr_expect(ga_problem_error(p) && strstr(ga_problem_error(p), "`nonsense`"));
    ga_problem_free(p);
}

Test(list, an_audit_refuses_unknown_words)
{
    expect_refused("G01,nonsense", NULL);
    expect_refused(NULL, "nonsense");
    ga_problem *p = flat(quadratic, quadratic_grad, 2, (double[]){1.0, 2.0});
    ga_result *result = NULL;
    ga_allow(p, "nonsense", NULL, "because");
    cr_expect_eq(ga_audit(p, NULL, &result), GA_EINVAL);
    ga_problem_free(p);
}

Test(list, allowing_a_code_allows_its_refinements)
{
    ga_problem *p = flat(quadratic, quadratic_cut, 3, (double[]){1.0, -2.0, 0.5});
    ga_allow(p, "G01", "x", "detached by design");
    ga_result *result = audit_expecting(p, "");
    cr_expect_str_eq(finding_of(result, "G05", "x")->suppressed, "detached by design");
    ga_result_free(result);
}

Test(list, checks_run_in_the_order_of_the_list)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    ga_result *result =
        audit_expecting(flat(quadratic, quadratic_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
    cr_assert_eq(ga_result_check_count(result), count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_str_eq(ga_result_check(result, i)->code, all[i]->code);
    }
    ga_result_free(result);
}
