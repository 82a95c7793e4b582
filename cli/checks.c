/*
 * gradaudit checks: all codes, or what one of them means.
 */
#include "options.h"

#include "gradaudit/check.h"

#include <stdlib.h>
#include <string.h>

typedef struct asked {
    char **words;
    size_t count;
} asked;

static error_t parse(int key, char *value, struct argp_state *state)
{
    asked *const what = state->input;
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    what->words[what->count++] = value;
    return 0;
}

static int by_code(const void *left, const void *right)
{
    const ga_check *const *const a = left;
    const ga_check *const *const b = right;
    return strcmp((*a)->code, (*b)->code);
}

static int print_list(void)
{
    size_t count = 0;
    const ga_check *const *const all = ga_builtin_checks(&count);
    const ga_check **const sorted = malloc(count * sizeof *sorted);
    if (!sorted) {
        cli_error("out of memory");
        return CLI_TROUBLE;
    }
    memcpy(sorted, all, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_code);
    printf("code severity name                   what holds when it passes\n");
    for (size_t i = 0; i < count; i++) {
        printf("%-4s %-8s %-22s %s\n", sorted[i]->code, ga_severity_text(sorted[i]->severity),
               sorted[i]->name, sorted[i]->summary);
    }
    free(sorted);
    return CLI_CLEAN;
}

static int explain(const char *word)
{
    const ga_check *const check = ga_find_check(word);
    if (!check) {
        cli_error("there is no check '%s'; gradaudit checks lists them", word);
        return CLI_TROUBLE;
    }
    printf("%s %s (%s): %s\n", check->code, check->name, ga_severity_text(check->severity),
           check->summary);
    if (check->refines) {
        printf("It takes the place of %s where the numbers show the cause.\n", check->refines);
    }
    if (check->explanation) {
        printf("\n%s\n", check->explanation);
    }
    return CLI_CLEAN;
}

int cli_checks(int argc, char **argv)
{
    static const struct argp parser = {
        .parser = parse,
        .args_doc = "[CODE|NAME...]",
        .doc =
            "Lists what is looked for, or explains a code: what it means, an example that fails, "
            "and the same one mended.\v"
            "  gradaudit checks\n"
            "  gradaudit checks G03\n"
            "  gradaudit checks accumulated"};
    asked what = {.words = calloc((size_t)argc, sizeof *what.words)};
    if (!what.words) {
        cli_error("out of memory");
        return CLI_TROUBLE;
    }
    int code = cli_parse(&parser, "checks", argc, argv, &what);
    if (code < 0) {
        code = CLI_CLEAN;
        if (what.count == 0) {
            code = print_list();
        }
        for (size_t i = 0; i < what.count; i++) {
            if (i > 0 && code == CLI_CLEAN) {
                putchar('\n');
            }
            code = cli_worse(code, explain(what.words[i]));
        }
    }
    free(what.words);
    return code;
}
