/*
 * The GPT of examples/ without any help of the library: the right gradient is right, and each of
 * the mistakes spoils what gpt_faults.tsv says. What the audit is held to (gpt.sh) rests on this.
 */
#include "gpt_probe.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tensor {
    const char *name;
    size_t count;
} tensor;

/* In the order in which they lie in memory. */
static const tensor tensors[] = {
    {"wte", VOCABULARY *CHANNELS},
    {"wpe", CONTEXT *CHANNELS},
    {"ln1w", LAYERS *CHANNELS},
    {"ln1b", LAYERS *CHANNELS},
    {"qkvw", LAYERS * 3 * CHANNELS *CHANNELS},
    {"qkvb", LAYERS * 3 * CHANNELS},
    {"attprojw", LAYERS *CHANNELS *CHANNELS},
    {"attprojb", LAYERS *CHANNELS},
    {"ln2w", LAYERS *CHANNELS},
    {"ln2b", LAYERS *CHANNELS},
    {"fcw", LAYERS *WIDE *CHANNELS},
    {"fcb", LAYERS *WIDE},
    {"fcprojw", LAYERS *CHANNELS *WIDE},
    {"fcprojb", LAYERS *CHANNELS},
    {"lnfw", CHANNELS},
    {"lnfb", CHANNELS},
};
enum {
    TENSORS = sizeof tensors / sizeof *tensors
};

/* Where these bars lie between: rounding in double leaves 1e-15 of a gradient, in float 6e-7; the
 * mildest mistake spoils 5e-4 of a tensor. */
static const double same = 1e-10;
static const double spoilt = 1e-4;

#define WORD(name, word, text) word,
static const char *const words[] = {"", GPT_FAULTS(WORD)};

static gpt_setup set_up(gpt_fault fault)
{
    gpt_setup setup = {.seed = 42, .fault = fault};
    char why[512] = "";
    cr_assert(gpt_read_text(&setup, why, sizeof why) == 0, "%s", why);
    return setup;
}

static double *vector(void)
{
    double *const v = calloc(GPT_PARAMETERS, sizeof *v);
    cr_assert(v != NULL);
    return v;
}

static double norm(const double *v, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += v[i] * v[i];
    }
    return sqrt(sum);
}

static double distance(const double *a, const double *b, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sqrt(sum);
}

/* Fourth order in the step: 1e-4 leaves 1e-16 of truncation and 1e-11 of rounding. */
static double slope(const gpt_setup *setup, double *x, size_t i)
{
    const double h = 1e-4;
    const double at = x[i];
    double f[4];
    for (int k = 0; k < 4; k++) {
        static const double steps[4] = {-2.0, -1.0, 1.0, 2.0};
        x[i] = at + steps[k] * h;
        f[k] = gpt_probe_double(setup, x, NULL);
    }
    x[i] = at;
    return (8.0 * (f[2] - f[1]) - (f[3] - f[0])) / (12.0 * h);
}

Test(gpt, the_tensors_are_all_there_is)
{
    size_t sum = 0;
    for (size_t t = 0; t < TENSORS; t++) {
        sum += tensors[t].count;
    }
    cr_expect(sum == GPT_PARAMETERS, "%zu, want %d", sum, GPT_PARAMETERS);
}

Test(gpt, the_right_gradient_is_right)
{
    const gpt_setup setup = set_up(NO_FAULT);
    double *const x = vector();
    double *const g = vector();
    gpt_probe_start_double(&setup, x);
    gpt_probe_double(&setup, x, g);
    const size_t each = 25;
    const double allowed = 1e-8; /* of the rms of a tensor; measured: 1.3e-9 at worst */
    size_t first = 0;
    for (size_t t = 0; t < TENSORS; first += tensors[t++].count) {
        const double rms = norm(g + first, tensors[t].count) / sqrt((double)tensors[t].count);
        for (size_t k = 0; k < each; k++) {
            const size_t i = first + k * 2654435761u % tensors[t].count; /* scattered */
            const double measured = slope(&setup, x, i);
            cr_expect(fabs(g[i] - measured) <= allowed * rms, "%s[%zu] is %.12g, measured %.12g",
                      tensors[t].name, i - first, g[i], measured);
        }
    }
    free(x);
    free(g);
}

Test(gpt, float_and_double_are_one_network)
{
    const gpt_setup setup = set_up(NO_FAULT);
    double *const x = vector();
    double *const g = vector();
    double *const in_float = vector();
    gpt_probe_start_float(&setup, x);
    gpt_probe_start_double(&setup, g);
    cr_expect(memcmp(x, g, GPT_PARAMETERS * sizeof *x) == 0, "they begin at different points");
    const double f = gpt_probe_double(&setup, x, g);
    const double f_in_float = gpt_probe_float(&setup, x, in_float);
    cr_expect(fabs(f - f_in_float) <= 1e-6 * f, "losses %.9g and %.9g", f, f_in_float);
    size_t first = 0;
    for (size_t t = 0; t < TENSORS; first += tensors[t++].count) {
        const double size = norm(g + first, tensors[t].count);
        const double apart = distance(g + first, in_float + first, tensors[t].count) / size;
        cr_expect(apart <= 1e-5, "%s: %.2g apart", tensors[t].name, apart);
        cr_expect(apart > 0.0, "%s: the float network computes in double", tensors[t].name);
    }
    free(x);
    free(g);
    free(in_float);
}

Test(gpt, what_does_not_matter_has_no_gradient)
{
    const gpt_setup setup = set_up(NO_FAULT);
    double *const g = vector();
    gpt_probe_double(&setup, NULL, g);
    const size_t wpe = VOCABULARY * CHANNELS;
    for (size_t i = TIME * CHANNELS; i < CONTEXT * CHANNELS; i++) {
        cr_expect(g[wpe + i] == 0.0, "wpe[%zu] is not in use, its gradient is %g", i, g[wpe + i]);
    }
    const size_t qkvb =
        wpe + CONTEXT * CHANNELS + 2 * LAYERS * CHANNELS + LAYERS * 3 * CHANNELS * CHANNELS;
    for (size_t l = 0; l < LAYERS; l++) {
        for (size_t c = CHANNELS; c < 2 * CHANNELS; c++) {
            const double key = g[qkvb + l * 3 * CHANNELS + c];
            cr_expect(fabs(key) <= 1e-14, "key bias [%zu,%zu] has gradient %g", l, c, key);
        }
    }
    free(g);
}

/* "qkvb:0.54 attprojb:0.56", the tensors that a mistake spoils and by what share of their norm. */
static void describe_damage(gpt_fault fault, const double *right, const double *wrong, char *text,
                            size_t size)
{
    size_t used = 0;
    size_t first = 0;
    text[0] = '\0';
    for (size_t t = 0; t < TENSORS; first += tensors[t++].count) {
        const double damage = distance(right + first, wrong + first, tensors[t].count) /
                              norm(right + first, tensors[t].count);
        cr_expect(damage <= same || damage >= spoilt, "%s: is %s spoilt? %.2g", words[fault],
                  tensors[t].name, damage);
        if (!(damage <= same)) {
            const int more = snprintf(text + used, size - used, "%s%s:%.2g", used > 0 ? " " : "",
                                      tensors[t].name, damage);
            used += more > 0 ? (size_t)more : 0;
            cr_assert(used < size);
        }
    }
}

/* Whether two such texts name the same tensors, with shares that differ by a twentieth at most. */
static int says_the_same(const char *listed, const char *found)
{
    for (;;) {
        const size_t name = strcspn(found, ":");
        if (strncmp(listed, found, name + 1) != 0) {
            return 0;
        }
        if (found[name] == '\0') {
            return 1;
        }
        char *listed_end = NULL;
        char *found_end = NULL;
        const double a = strtod(listed + name + 1, &listed_end);
        const double b = strtod(found + name + 1, &found_end);
        if (!(fabs(a - b) <= 0.05 * b) || *listed_end != *found_end) {
            return 0;
        }
        if (*found_end == '\0') {
            return 1;
        }
        listed = listed_end + 1;
        found = found_end + 1;
    }
}

Test(gpt, each_mistake_spoils_what_is_listed)
{
    double *const right = vector();
    double *const wrong = vector();
    gpt_setup setup = set_up(NO_FAULT);
    gpt_probe_double(&setup, NULL, right);
    FILE *const list = fopen(GPT_FAULTS_TSV, "r");
    cr_assert(list != NULL, "cannot read %s", GPT_FAULTS_TSV);
    char line[1024];
    int fault = NO_FAULT;
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') {
            continue;
        }
        cr_assert(++fault < FAULT_END, "more lines than mistakes: %s", line);
        setup.fault = (gpt_fault)fault;
        gpt_probe_double(&setup, NULL, wrong);
        char damage[sizeof line];
        describe_damage(setup.fault, right, wrong, damage, sizeof damage);
        char *const tensors_listed = strchr(line, '\t');
        cr_assert(tensors_listed != NULL, "no tab: %s", line);
        *tensors_listed = '\0';
        cr_expect(strcmp(line, words[fault]) == 0 && says_the_same(tensors_listed + 1, damage),
                  "the line should be\n%s\t%s", words[fault], damage);
    }
    cr_expect(fault == FAULT_END - 1, "%s has no line", words[fault + 1]);
    (void)fclose(list);
    free(right);
    free(wrong);
}
