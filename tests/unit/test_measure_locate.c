/*
 * Wrong elements among many: found, all of them, and no other; whole variables recognised as such;
 * and an end, with an honest word, where residuals are no sum of faults at all.
 */
#include "failing_memory.h"

#include "hash.h"
#include "locate.h"
#include "locate_losses.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

enum {
    HYBRIDS = 4,
    MOST = 2200 /* evaluations that no search may exceed */
};

/* A loss with k elements wrong, measured along sign(g) and four hybrid directions. */
typedef struct hunt {
    loss_field loss;
    size_t wrong[40];
    size_t k;
    ga_direction known[1 + HYBRIDS];
    ga_search search;
} hunt;

static void begin(hunt *h, size_t count, int is_float, uint64_t seed)
{
    memset(h, 0, sizeof *h);
    cr_assert(loss_field_begin(&h->loss, count, is_float, seed));
}

static void end(hunt *h)
{
    ga_search_free(&h->search);
    loss_field_free(&h->loss);
}

/* 1e-2 of |g|, up and down. */
static void plant(hunt *h, size_t k, uint64_t seed)
{
    for (uint64_t i = 0; h->k < k; i++) {
        const size_t j = (size_t)(ga_hash(seed, i, GA_FOR_SPOT, 0) % h->loss.count);
        const double g = loss_field_true(&h->loss, j);
        const double off = 0.01 * h->loss.field.size / loss_field_scale(&h->loss, j);
        if (loss_field_claim(&h->loss, j) == g) {
            loss_field_plant(&h->loss, j, i % 2 ? g + off : g - off);
            h->wrong[h->k++] = j;
        }
    }
}

static void look(hunt *h, size_t first, size_t last)
{
    ga_course courses[1 + HYBRIDS];
    loss_field_weigh(&h->loss);
    for (uint32_t q = 0; q <= HYBRIDS; q++) {
        courses[q] = (ga_course){.kind = q == 0 ? GA_SWEEP_SIGN : GA_SWEEP_HYBRID,
                                 .number = q,
                                 .first = first,
                                 .end = last};
    }
    (void)ga_directions_measure(&h->loss.field, courses, 1, h->known);
    (void)ga_directions_measure(&h->loss.field, courses + 1, HYBRIDS, h->known + 1);
}

static void locate(hunt *h)
{
    look(h, 0, h->loss.count);
    cr_assert(ga_locate(&h->loss.field, 0, h->loss.count, h->known, 1 + HYBRIDS, &h->search) ==
              GA_OK);
}

static int is_found(const hunt *h, size_t element)
{
    for (size_t i = 0; i < h->search.count; i++) {
        if (h->search.found[i].element == element) {
            return 1;
        }
    }
    return 0;
}

/* Each wrong element and no other, by rising element, each with the truth within its bar. */
static void expect_all_found(const hunt *h)
{
    cr_expect(h->search.count == h->k, "%zu of %zu", h->search.count, h->k);
    cr_expect(h->search.dense_count == 0 && !h->search.unexplained && !h->search.spent);
    for (size_t i = 0; i < h->k; i++) {
        cr_expect(is_found(h, h->wrong[i]), "%zu", h->wrong[i]);
    }
    for (size_t i = 0; i < h->search.count; i++) {
        const ga_located *found = h->search.found + i;
        const double off =
            loss_field_true(&h->loss, found->element) - loss_field_claim(&h->loss, found->element);
        cr_expect(i == 0 || found[-1].element < found->element);
        cr_expect(fabs(found->residual - off) <= found->bar + 1e-6 * fabs(off), "%g, not %g +- %g",
                  off, found->residual, found->bar);
    }
}

Test(measure_locate, one_wrong_element_is_named_at_no_cost)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        hunt h;
        begin(&h, 5000, 0, seed);
        plant(&h, 1, seed);
        locate(&h);
        expect_all_found(&h);
        cr_expect(h.search.evaluations == 0, "%zu", h.search.evaluations);
        cr_expect(h.loss.confirm_evaluations <= 4, "%zu", h.loss.confirm_evaluations);
        end(&h);
    }
}

Test(measure_locate, so_are_two)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        hunt h;
        begin(&h, 5000, 0, seed);
        plant(&h, 2, seed);
        locate(&h);
        expect_all_found(&h);
        cr_expect(h.search.evaluations == 0, "%zu", h.search.evaluations);
        end(&h);
    }
}

Test(measure_locate, many_are_found_one_after_another)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        hunt h;
        begin(&h, 3000, seed % 2 == 0, seed);
        plant(&h, seed % 3 == 0 ? 30 : 7, seed);
        locate(&h);
        expect_all_found(&h);
        cr_expect(h.search.evaluations <= 13 * h.k, "%zu for %zu", h.search.evaluations, h.k);
        end(&h);
    }
}

Test(measure_locate, a_right_gradient_costs_nothing)
{
    for (int is_float = 0; is_float < 2; is_float++) {
        hunt h;
        begin(&h, 3000, is_float, 5);
        locate(&h);
        expect_all_found(&h);
        cr_expect(h.search.evaluations == 0);
        end(&h);
    }
}

/* A fault that the gradient may have is none. */
Test(measure_locate, what_is_allowed_is_not_sought)
{
    hunt h;
    begin(&h, 3000, 0, 5);
    plant(&h, 1, 5);
    look(&h, 0, h.loss.count);
    for (size_t q = 0; q <= HYBRIDS; q++) {
        h.known[q].allowed = 2.0 * fabs(h.known[q].residual);
    }
    cr_assert(ga_locate(&h.loss.field, 0, h.loss.count, h.known, 1 + HYBRIDS, &h.search) == GA_OK);
    cr_expect(h.search.count == 0 && !h.search.unexplained && h.search.evaluations == 0);
    end(&h);
}

Test(measure_locate, the_range_may_be_one_variable_or_one_element)
{
    hunt h;
    begin(&h, 3000, 0, 9);
    const size_t first = h.loss.boundaries[2];
    const size_t last = h.loss.boundaries[3];
    h.wrong[h.k++] = first;
    h.wrong[h.k++] = (first + last) / 2;
    h.wrong[h.k++] = last - 1;
    for (size_t i = 0; i < h.k; i++) {
        loss_field_plant(&h.loss, h.wrong[i], 2.0 * loss_field_true(&h.loss, h.wrong[i]));
    }
    look(&h, first, last);
    cr_assert(ga_locate(&h.loss.field, first, last, h.known + 1, HYBRIDS, &h.search) == GA_OK);
    expect_all_found(&h);
    ga_search_free(&h.search);

    h.k = 1;
    look(&h, first, first + 1);
    cr_assert(ga_locate(&h.loss.field, first, first + 1, h.known + 1, 1, &h.search) == GA_OK);
    expect_all_found(&h);
    end(&h);
}

static double claim_of_whole(const loss_field *loss, size_t element, int kind)
{
    const double g = loss_field_true(loss, element);
    static const double times[] = {2.0, 1.1, -1.0, 0.0};
    return times[kind] * g;
}

Test(measure_locate, a_wrong_variable_is_told_from_wrong_elements)
{
    static const size_t variables[] = {0, 2, 4, 9, 15};
    for (int kind = 0; kind < 4; kind++) {
        for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
            hunt h;
            begin(&h, 30000, 0, 3 + i);
            const size_t first = h.loss.boundaries[variables[i]];
            const size_t last = h.loss.boundaries[variables[i] + 1];
            for (size_t j = first; j < last; j++) {
                loss_field_plant(&h.loss, j, claim_of_whole(&h.loss, j, kind));
            }
            locate(&h);
            cr_assert(h.search.dense_count == 1, "%zu", h.search.dense_count);
            const ga_dense *dense = h.search.dense;
            cr_expect(dense->first >= first && dense->end <= last);
            cr_expect(2 * (dense->end - dense->first) >= last - first);
            cr_expect(!h.search.unexplained && !h.search.spent);
            cr_expect(h.search.evaluations <= 60, "%zu", h.search.evaluations);
            for (size_t k = 0; k < h.search.count; k++) {
                cr_expect(h.search.found[k].element >= first && h.search.found[k].element < last);
            }
            end(&h);
        }
    }
}

Test(measure_locate, a_wrong_element_beside_a_wrong_variable_is_found)
{
    hunt h;
    begin(&h, 30000, 0, 4);
    for (size_t j = h.loss.boundaries[4]; j < h.loss.boundaries[5]; j++) {
        loss_field_plant(&h.loss, j, -loss_field_true(&h.loss, j));
    }
    const size_t lone = h.loss.boundaries[9] + 7;
    loss_field_plant(&h.loss, lone, 0.0);
    locate(&h);
    cr_expect(h.search.dense_count == 1);
    cr_expect(is_found(&h, lone));
    cr_expect(h.loss.false_elements == 0);
    end(&h);
}

Test(measure_locate, a_budget_ends_the_search)
{
    hunt h;
    begin(&h, 3000, 0, 6);
    plant(&h, 20, 6);
    look(&h, 0, h.loss.count);
    h.loss.most = h.loss.evaluations + 21;
    cr_assert(ga_locate(&h.loss.field, 0, h.loss.count, h.known, 1 + HYBRIDS, &h.search) == GA_OK);
    cr_expect(h.search.spent && h.search.unexplained, "%d %d, %zu found, %zu", h.search.spent,
              h.search.unexplained, h.search.count, h.search.evaluations);
    cr_expect(h.search.evaluations <= 22, "%zu", h.search.evaluations);
    for (size_t i = 0; i < h.search.count; i++) {
        const size_t j = h.search.found[i].element;
        cr_expect(loss_field_claim(&h.loss, j) != loss_field_true(&h.loss, j));
    }
    end(&h);
}

/* What confirms nothing, as if every located element were right. */
static int refuse_all(void *context, size_t element, double residual, double bar, double *measured,
                      double *uncertainty)
{
    (void)context, (void)element, (void)residual, (void)bar, (void)measured, (void)uncertainty;
    return 0;
}

static int out_of_budget(void *context, size_t element, double residual, double bar,
                         double *measured, double *uncertainty)
{
    (void)context, (void)element, (void)residual, (void)bar, (void)measured, (void)uncertainty;
    return -1;
}

Test(measure_locate, what_the_probe_does_not_confirm_is_not_named)
{
    hunt h;
    begin(&h, 3000, 0, 7);
    plant(&h, 3, 7);
    h.loss.field.confirm = refuse_all;
    locate(&h);
    cr_expect(h.search.count == 0 && h.search.unexplained && !h.search.spent);
    cr_expect(h.search.evaluations <= MOST, "%zu", h.search.evaluations);
    ga_search_free(&h.search);
    h.loss.field.confirm = out_of_budget;
    locate(&h);
    cr_expect(h.search.count == 0 && h.search.unexplained && h.search.spent);
    end(&h);
}

/* Residuals that are the sum of nothing: random, or not finite. */
static int evaluate_noise(void *context, ga_request *requests, size_t count)
{
    loss_field *loss = context;
    for (size_t i = 0; i < count; i++) {
        const uint64_t bits = ga_hash(1, loss->evaluations++, GA_FOR_LINE, 0);
        requests[i].predicted = 0.0;
        requests[i].value = loss->profile.values.origin + 1e-3 * (ga_hash_uniform(bits) - 0.5);
    }
    return 1;
}

static int evaluate_nothing(void *context, ga_request *requests, size_t count)
{
    loss_field *loss = context;
    loss->evaluations += count;
    for (size_t i = 0; i < count; i++) {
        requests[i].value = (double)NAN;
    }
    return 1;
}

Test(measure_locate, a_loss_that_makes_no_sense_ends_unexplained)
{
    for (int which = 0; which < 2; which++) {
        for (uint64_t seed = 1; seed <= 6; seed++) {
            hunt h;
            begin(&h, 3000, 0, seed);
            plant(&h, 5, seed);
            look(&h, 0, h.loss.count);
            h.loss.field.evaluate = which ? evaluate_nothing : evaluate_noise;
            cr_assert(ga_locate(&h.loss.field, 0, h.loss.count, h.known, 1 + HYBRIDS, &h.search) ==
                      GA_OK);
            cr_expect(h.search.unexplained);
            cr_expect(h.search.evaluations <= MOST, "%zu", h.search.evaluations);
            cr_expect(h.loss.false_elements == 0);
            end(&h);
        }
    }
}

/* A kink in every element: single pairs are no good, and whole directions take their place. */
Test(measure_locate, kinks_accuse_nobody)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        hunt h;
        memset(&h, 0, sizeof h);
        h.loss.kink = 0.5;
        cr_assert(loss_field_begin(&h.loss, 2000, 0, seed));
        plant(&h, 2, seed);
        locate(&h);
        for (size_t i = 0; i < h.k; i++) {
            cr_expect(is_found(&h, h.wrong[i]) || h.search.unexplained, "%zu", h.wrong[i]);
        }
        cr_expect(h.loss.false_elements == 0);
        cr_expect(h.search.count <= h.k);
        end(&h);
    }
}

Test(measure_locate, the_same_seed_gives_the_same_bits)
{
    hunt one;
    hunt two;
    hunt *both[] = {&one, &two};
    for (size_t i = 0; i < 2; i++) {
        begin(both[i], 3000, 1, 8);
        plant(both[i], 12, 8);
        locate(both[i]);
    }
    cr_assert(one.search.count == two.search.count);
    cr_expect(one.search.evaluations == two.search.evaluations);
    for (size_t i = 0; i < one.search.count; i++) {
        const ga_located *a = one.search.found + i;
        const ga_located *b = two.search.found + i;
        cr_expect(a->element == b->element && a->residual == b->residual && a->bar == b->bar);
    }
    end(&one);
    end(&two);
}

/* A second search adds to the first: what that one found is none of its business. */
Test(measure_locate, searches_add_up)
{
    hunt h;
    begin(&h, 3000, 0, 9);
    for (size_t v = 0; v < 3; v += 2) {
        const size_t j = h.loss.boundaries[v] + 5;
        loss_field_plant(&h.loss, j, 0.0);
        h.wrong[h.k++] = j;
    }
    for (size_t v = 0; v < 3; v += 2) {
        const size_t first = h.loss.boundaries[v];
        const size_t last = h.loss.boundaries[v + 1];
        look(&h, first, last);
        cr_assert(ga_locate(&h.loss.field, first, last, h.known + 1, HYBRIDS, &h.search) == GA_OK);
    }
    expect_all_found(&h);
    end(&h);
}

Test(measure_locate, memory_may_run_out_at_any_moment)
{
    hunt h;
    begin(&h, 3000, 0, 10);
    plant(&h, 20, 10);
    for (size_t j = h.loss.boundaries[4]; j < h.loss.boundaries[5]; j++) {
        loss_field_plant(&h.loss, j, -loss_field_true(&h.loss, j));
    }
    look(&h, 0, h.loss.count);
    int failures = 0;
    ga_status status = GA_ENOMEM;
    for (long k = 0; status != GA_OK && k < 100; k++) {
        const long before = alive;
        ga_search search = {0};
        allowed = k;
        status = ga_locate(&h.loss.field, 0, h.loss.count, h.known, 1 + HYBRIDS, &search);
        allowed = -1;
        failures += status == GA_ENOMEM;
        ga_search_free(&search);
        cr_expect(alive == before, "%ld blocks leaked", alive - before);
    }
    cr_expect(status == GA_OK && failures >= 3, "%d", failures);
    ga_search_free(NULL);
    end(&h);
}
