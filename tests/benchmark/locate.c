/*
 * How many evaluations until every wrong element has a name?
 *
 *     locate [RUNS] [SEED]
 *
 * Losses of locate_losses.h with faults planted in k elements (zeroed, wrong sign, 10 % of the
 * element, 1e-2 of |g|; in float the last alone), or in one whole variable. Counted is everything
 * from the noise table to the last confirmation. A fault is above the limit when it exceeds four
 * times the bar of the directions over everything. Exit status 1 if a bar is missed.
 */
#include "locate_losses.h"

#include "locate.h"
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HYBRIDS = 4,
    COUNTS = 4,
    SIZES = 4,
    RUNS = 52, /* of each k and N up to 1e5: 208 of each N */
    RUNS_LARGE = 2,
    RUNS_WHOLE = 12,
    LARGE = 1000000
};

static const size_t sizes[SIZES] = {1000, 10000, 100000, 1000000};
static const size_t counts[COUNTS] = {1, 3, 10, 30};

/* Mean evaluations in all. */
static const double bars[2][2][COUNTS] = {
    {{45, 75, 150, 380}, {45, 75, 135, 290}}, /* double: N = 1e3, more */
    {{50, 95, 215, 520}, {50, 95, 215, 520}}, /* float */
};

static const double LIMIT = 4.0; /* bars */

typedef enum fault_kind {
    FAULT_ZERO,
    FAULT_SIGN,
    FAULT_TENTH,
    FAULT_OF_NORM,
    FAULT_KINDS
} fault_kind;

typedef struct tally {
    double runs, total, most, detect, locate, confirm;
    size_t faults, below, missed, wrong, unexplained, dense;
} tally;

static uint64_t draw(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return ga_hash(seed, stream, GA_FOR_SPOT, counter);
}

/* Directions over everything: sign(g), then the hybrid ones. */
typedef struct screen {
    ga_direction directions[1 + HYBRIDS];
    size_t evaluations;
    double bar; /* largest of the hybrid ones */
    int disagrees;
} screen;

static screen look(const loss_field *loss)
{
    ga_course courses[1 + HYBRIDS];
    screen seen = {.evaluations = (size_t)loss->profile.evaluations};
    for (uint32_t q = 0; q <= HYBRIDS; q++) {
        courses[q] = (ga_course){.kind = q == 0 ? GA_SWEEP_SIGN : GA_SWEEP_HYBRID,
                                 .number = q,
                                 .first = 0,
                                 .end = loss->count};
    }
    (void)ga_directions_measure(&loss->field, courses, 1, seen.directions);
    (void)ga_directions_measure(&loss->field, courses + 1, HYBRIDS, seen.directions + 1);
    for (size_t q = 0; q <= HYBRIDS; q++) {
        const ga_direction *d = seen.directions + q;
        seen.evaluations += (size_t)d->evaluations;
        seen.disagrees |= ga_direction_disagrees(d);
        seen.bar = q > 0 ? fmax(seen.bar, d->bar) : seen.bar;
    }
    return seen;
}

static double wrong_value(const loss_field *loss, size_t element, fault_kind kind, uint64_t bits)
{
    const double g = loss_field_true(loss, element);
    const double side = bits % 2 ? 1.0 : -1.0;
    switch (kind) {
    case FAULT_ZERO:
        return 0.0;
    case FAULT_SIGN:
        return -g;
    case FAULT_TENTH:
        return g + 0.1 * side * g;
    case FAULT_OF_NORM:
    case FAULT_KINDS:
        break;
    }
    return g + 0.01 * side * loss->field.size / loss_field_scale(loss, element);
}

static int is_found(const ga_search *search, size_t element)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->found[i].element == element) {
            return 1;
        }
    }
    return 0;
}

/* Directions over the loss as it is now, with its faults. */
static screen prepare(loss_field *loss, uint64_t seed)
{
    loss_field_weigh(loss);
    loss->profile.seed = draw(seed, 4, 0);
    loss->confirm_evaluations = 0;
    loss->false_elements = 0;
    return look(loss);
}

static void locate_and_count(loss_field *loss, const screen *seen, ga_search *search, tally *sum)
{
    if (seen->disagrees &&
        ga_locate(&loss->field, 0, loss->count, seen->directions, 1 + HYBRIDS, search) != GA_OK) {
        abort();
    }
    const double total =
        (double)(seen->evaluations + search->evaluations + loss->confirm_evaluations);
    sum->runs++;
    sum->total += total;
    sum->most = fmax(sum->most, total);
    sum->detect += (double)seen->evaluations;
    sum->locate += (double)search->evaluations;
    sum->confirm += (double)loss->confirm_evaluations;
    sum->wrong += loss->false_elements;
    sum->unexplained += (size_t)search->unexplained;
    sum->dense += search->dense_count > 0;
}

/* One audit of a loss with k wrong elements. */
static void run_elements(loss_field *loss, size_t k, uint64_t seed, tally *sum)
{
    size_t wrong[64];
    const fault_kind kind =
        loss->is_float ? FAULT_OF_NORM : (fault_kind)(draw(seed, 1, 0) % FAULT_KINDS);
    loss_field_heal(loss);
    loss_field_weigh(loss);
    for (size_t i = 0, tries = 0; i < k; tries++) {
        const size_t element = (size_t)(draw(seed, 2, tries) % loss->count);
        if (loss_field_claim(loss, element) != loss_field_true(loss, element)) {
            continue;
        }
        loss_field_plant(loss, element, wrong_value(loss, element, kind, draw(seed, 3, tries)));
        wrong[i++] = element;
    }
    const screen seen = prepare(loss, seed);
    ga_search search = {0};
    locate_and_count(loss, &seen, &search, sum);
    for (size_t i = 0; i < k; i++) {
        const double off = loss_field_claim(loss, wrong[i]) - loss_field_true(loss, wrong[i]);
        const int visible = fabs(off) * loss_field_scale(loss, wrong[i]) > LIMIT * seen.bar;
        sum->faults++;
        sum->below += !visible;
        sum->missed += visible && !is_found(&search, wrong[i]);
    }
    ga_search_free(&search);
}

static void print_head(void)
{
    printf("%-18s%5s %8s%6s   %6s %7s %7s   %6s %6s %6s %5s %6s %5s\n", "", "runs", "mean", "max",
           "detect", "locate", "confirm", "faults", "below", "missed", "false", "unexpl", "dense");
}

static void print_tally(const char *name, const tally *t)
{
    printf("%-18s%5.0f %8.1f%6.0f   %6.1f %7.1f %7.1f   %6zu %6zu %6zu %5zu %6zu %5zu\n", name,
           t->runs, t->total / t->runs, t->most, t->detect / t->runs, t->locate / t->runs,
           t->confirm / t->runs, t->faults, t->below, t->missed, t->wrong, t->unexplained,
           t->dense);
}

static int bench_elements(int is_float, long runs, uint64_t seed)
{
    int missed = 0;
    printf("\n%s, k wrong elements\n", is_float ? "float" : "double");
    print_head();
    for (size_t n = 0; n < SIZES; n++) {
        tally sums[COUNTS];
        memset(sums, 0, sizeof sums);
        const int large = sizes[n] >= LARGE;
        const long each = large ? RUNS_LARGE * runs / RUNS : runs;
        loss_field loss = {.kink = 0.0};
        for (long i = 0; i < each; i++) {
            const uint64_t own = draw(seed, sizes[n], (uint64_t)i);
            /* another loss every fourth time */
            if (i % 4 == 0) {
                loss_field_free(&loss);
                if (!loss_field_begin(&loss, sizes[n], is_float, own)) {
                    abort();
                }
            }
            for (size_t k = 0; k < COUNTS; k++) {
                run_elements(&loss, counts[k], draw(own, 5, k), sums + k);
            }
        }
        loss_field_free(&loss);
        for (size_t k = 0; k < COUNTS && each > 0; k++) {
            char name[32];
            const tally *t = sums + k;
            const double bar = bars[is_float][n > 0][k];
            snprintf(name, sizeof name, "N %.0e  k %zu", (double)sizes[n], counts[k]);
            print_tally(name, t);
            if (!(t->total <= bar * t->runs)) {
                printf("MISSED: %s takes %.1f evaluations, wanted %g\n", name, t->total / t->runs,
                       bar);
                missed++;
            }
            if (t->missed > 0 || t->wrong > 0) {
                printf("MISSED: %s: %zu faults not found, %zu right elements accused\n", name,
                       t->missed, t->wrong);
                missed++;
            }
        }
    }
    return missed;
}

/* ---- A whole variable ----------------------------------------------------------------------- */

typedef enum whole_kind {
    WHOLE_DOUBLE,
    WHOLE_TENTH,
    WHOLE_SIGN,
    WHOLE_ZERO,
    WHOLE_ROLLED,
    WHOLE_KINDS
} whole_kind;

static const char *const whole_names[WHOLE_KINDS] = {"x 2", "x 1.1", "sign", "zero", "rolled"};

static double whole_value(const loss_field *loss, whole_kind kind, size_t element, size_t first,
                          size_t end)
{
    const double g = loss_field_true(loss, element);
    switch (kind) {
    case WHOLE_DOUBLE:
        return 2.0 * g;
    case WHOLE_TENTH:
        return 1.1 * g;
    case WHOLE_SIGN:
        return -g;
    case WHOLE_ZERO:
        return 0.0;
    case WHOLE_ROLLED:
    case WHOLE_KINDS:
        break;
    }
    return loss_field_true(loss, element + 1 < end ? element + 1 : first);
}

static void run_whole(loss_field *loss, whole_kind kind, uint64_t seed, tally *sum)
{
    const size_t v = (size_t)(draw(seed, 1, 0) % LOSS_VARIABLES);
    const size_t first = loss->boundaries[v];
    const size_t end = loss->boundaries[v + 1];
    loss_field_heal(loss);
    for (size_t j = first; j < end; j++) {
        loss_field_plant(loss, j, whole_value(loss, kind, j, first, end));
    }
    const screen seen = prepare(loss, seed);
    ga_search search = {0};
    locate_and_count(loss, &seen, &search, sum);
    sum->faults++;
    sum->below += !seen.disagrees;
    sum->missed += seen.disagrees && search.dense_count + search.count == 0;
    for (size_t i = 0; i < search.dense_count; i++) { /* beyond the variable: wrong */
        sum->wrong += search.dense[i].first < first || search.dense[i].end > end;
    }
    ga_search_free(&search);
}

static int bench_whole(int is_float, long runs, uint64_t seed)
{
    int missed = 0;
    printf("\n%s, one variable of %d wrong\n", is_float ? "float" : "double", LOSS_VARIABLES);
    print_head();
    for (int kind = 0; kind < WHOLE_KINDS; kind++) {
        tally sum = {.runs = 0.0};
        loss_field loss = {.kink = 0.0};
        for (long i = 0; i < runs; i++) {
            const uint64_t own = draw(seed, 77, (uint64_t)i);
            if (i % 4 == 0) {
                loss_field_free(&loss);
                if (!loss_field_begin(&loss, 100000, is_float, own)) {
                    abort();
                }
            }
            run_whole(&loss, (whole_kind)kind, draw(own, 6, (uint64_t)kind), &sum);
        }
        loss_field_free(&loss);
        print_tally(whole_names[kind], &sum);
        missed += sum.missed > 0 || sum.wrong > 0;
    }
    return missed;
}

int main(int argc, char **argv)
{
    const long runs = argc > 1 ? strtol(argv[1], NULL, 10) : RUNS;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int missed = bench_elements(0, runs, seed);
    missed += bench_elements(1, runs, seed);
    missed += bench_whole(0, runs * RUNS_WHOLE / RUNS, seed);
    missed += bench_whole(1, runs * RUNS_WHOLE / RUNS, seed);
    printf("%d bars missed\n", missed);
    return missed > 0;
}
