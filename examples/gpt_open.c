/* Arguments of the two plug-ins, and what they open. */
#include "gpt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHY_SIZE = 1024
};

#define GPT_FAULT_WORD(name, word, text) word,
static const char *const words[] = {"", GPT_FAULTS(GPT_FAULT_WORD)};

static gpt_fault fault_named(const char *word)
{
    for (int f = NO_FAULT + 1; f < FAULT_END; f++) {
        if (strcmp(word, words[f]) == 0) {
            return (gpt_fault)f;
        }
    }
    return NO_FAULT;
}

/* "first, second, third" */
static void list_faults(char *text, size_t size)
{
    size_t used = 0;
    for (int f = NO_FAULT + 1; f < FAULT_END && used < size; f++) {
        const int more =
            snprintf(text + used, size - used, "%s%s", f > NO_FAULT + 1 ? ", " : "", words[f]);
        used += more > 0 ? (size_t)more : 0;
    }
}

static int read_seed(const char *text, uint64_t *seed)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    *seed = value;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

/* What the arguments say. GA_OK: they make sense; else p says why not. */
static ga_status read_arguments(ga_problem *p, int argc, char **argv, int faulty, gpt_setup *setup,
                                int *twin)
{
    char faults[WHY_SIZE] = "";
    list_faults(faults, sizeof faults);
    for (int i = 1; i < argc; i++) {
        const char *const word = argv[i];
        if (strcmp(word, "--no-twin") == 0) {
            *twin = 0;
        } else if (strcmp(word, "--seed") == 0) {
            if (++i == argc || !read_seed(argv[i], &setup->seed)) {
                return ga_problem_fail(p, "--seed takes a whole number from 0 on");
            }
        } else if (faulty && strcmp(word, "list") == 0) {
            for (int f = NO_FAULT + 1; f < FAULT_END; f++) {
                puts(words[f]);
            }
            return ga_problem_fail(p, "its faults are %s", faults);
        } else if (faulty && setup->fault == NO_FAULT) {
            setup->fault = fault_named(word);
            if (setup->fault == NO_FAULT) {
                return ga_problem_fail(p, "it knows no fault `%s`; it has %s", word, faults);
            }
        } else {
            return ga_problem_fail(p,
                                   "`%s` is one argument too many: it takes %s--seed N, --no-twin",
                                   word, faulty ? "one fault, " : "");
        }
    }
    if (faulty && setup->fault == NO_FAULT) {
        return ga_problem_fail(p, "say which fault it shall have, as in `-- %s`; it has %s",
                               words[NO_FAULT + 1], faults);
    }
    return GA_OK;
}

ga_problem *gpt_open(int argc, char **argv, int faulty)
{
    gpt_setup setup = {.seed = 42};
    int twin = 1;
    char why[WHY_SIZE] = "";
    ga_problem *refusal = NULL;
    ga_problem_new(argv[0], &refusal);
    if (read_arguments(refusal, argc, argv, faulty, &setup, &twin) != GA_OK) {
        return refusal;
    }
    if (gpt_read_text(&setup, why, sizeof why) != 0) {
        ga_problem_fail(refusal, "%s", why);
        return refusal;
    }
    ga_problem_free(refusal);

    ga_problem *const p = gpt_float_problem(argv[0], &setup);
    if (twin) {
        ga_problem_twin(p, gpt_double_problem(argv[0], &setup));
    }
    return p;
}
