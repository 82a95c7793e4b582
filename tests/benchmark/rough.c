/*
 * Losses in float that are full of kinks: is a right gradient of one accused, and is a wrong one
 * caught?
 *
 *     rough [AUDITS] [SEED]
 *
 * AUDITS (400 unless said otherwise) of each kind in rough_losses.h, every one with samples and
 * parameters of its own. Kinks lie closer together than the shortest step that float allows, so
 * that a difference quotient may well disagree with a right gradient. Then the same audits with one
 * element of the gradient wrong. Bar: at most one right audit in 1000 has a finding of severity
 * error. Exit status 1 if it is missed.
 */
#include "rough_losses.h"

#include <stdio.h>
#include <stdlib.h>

/* What the wrong element is multiplied by, and how the table calls it. */
static const double factors[] = {2.0, -1.0, 1.1};
static const char *const faults[] = {"doubled", "sign", "10 % off"};

enum {
    FAULTS = sizeof factors / sizeof *factors,
    ALLOWED_IN = 1000 /* right audits, of which one may be accused */
};

typedef struct tally {
    size_t audits, elements, accused, warned, evaluations, wrong[FAULTS], caught[FAULTS];
} tally;

static ga_result *audit(rough *f, uint64_t seed)
{
    ga_problem *const problem = rough_open(f);
    ga_result *result = NULL;
    if (ga_audit(problem, &(ga_options){.seed = seed}, &result) != GA_OK) {
        printf("an audit was impossible: %s\n", ga_problem_error(problem));
        exit(2);
    }
    ga_problem_free(problem);
    return result;
}

static int has(const ga_result *result, ga_severity severity)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        if (ga_result_finding(result, i)->severity == severity) {
            return 1;
        }
    }
    return 0;
}

static void audit_right(rough *f, uint64_t seed, tally *into)
{
    ga_result *const result = audit(f, seed);
    into->audits++;
    into->elements += f->n;
    into->accused += has(result, GA_ERROR) != 0;
    into->warned += has(result, GA_WARNING) != 0;
    into->evaluations += ga_result_facts(result)->evaluations;
    ga_result_free(result);
}

/* One element at random, of those whose gradient is not 0: no factor makes that wrong. */
static int pick(rough *f)
{
    const size_t first = (size_t)((rough_uniform(f) + 1) / 2 * (float)f->n);
    f->factor = 1.0;
    (void)rough_gradient(f);
    for (size_t i = 0; i < f->n; i++) {
        f->wrong = (first + i) % f->n;
        if (f->g[f->wrong] != 0) {
            return 1;
        }
    }
    return 0;
}

static void audit_wrong(rough *f, uint64_t seed, tally *into)
{
    for (size_t k = 0; k < FAULTS && pick(f); k++) {
        f->factor = factors[k];
        ga_result *const result = audit(f, seed);
        into->wrong[k]++;
        into->caught[k] += has(result, GA_ERROR) != 0;
        ga_result_free(result);
    }
}

static void print(rough_kind of, const tally *t)
{
    printf("%-18s %7zu %9zu %8zu %7zu %13.1f |", rough_text(of), t->audits, t->elements, t->accused,
           t->warned, (double)t->evaluations / (double)t->elements);
    for (size_t k = 0; k < FAULTS; k++) {
        printf(" %8.1f%%", 100.0 * (double)t->caught[k] / (double)t->wrong[k]);
    }
    printf("\n");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    const size_t each = argc > 1 ? strtoul(argv[1], NULL, 10) : 400;
    const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    size_t audits = 0;
    size_t accused = 0;

    printf("%-18s %7s %9s %8s %7s %13s |", "loss", "audits", "elements", "accused", "warned",
           "evals/element");
    for (size_t k = 0; k < FAULTS; k++) {
        printf(" %9s", faults[k]);
    }
    printf("\n");
    for (int k = 0; k < ROUGH_KIND_COUNT; k++) {
        tally t = {0};
        for (size_t i = 0; i < each; i++) {
            rough f;
            rough_begin(&f, (rough_kind)k, first + i);
            audit_right(&f, first + i, &t);
            audit_wrong(&f, first + i, &t);
        }
        print((rough_kind)k, &t);
        audits += t.audits;
        accused += t.accused;
    }
    const int met = accused * ALLOWED_IN <= audits;
    printf("%zu right audits, %zu accused, at most 1 in %d allowed; %s\n", audits, accused,
           ALLOWED_IN, met ? "all bars met" : "a bar is missed");
    return !met;
}
