/*
 * Which blocks share memory, against the plain comparison of all pairs.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define MOST 4096

static ga_problem *empty(void)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    return p;
}

Test(overlap, apart_and_touching_share_nothing)
{
    float w[8] = {0};
    float dw[8] = {0};
    ga_overlap pairs[4];
    ga_problem *const p = empty();
    cr_expect(ga_problem_overlaps(p, pairs, 4) == 0, "no blocks");
    GA_TENSOR(p, "a", w, dw, 4);
    GA_TENSOR(p, "b", w + 4, dw + 4, 4);
    cr_expect(ga_problem_overlaps(p, pairs, 4) == 0);
    ga_problem_free(p);
}

Test(overlap, one_element_is_enough)
{
    float w[8] = {0};
    float dw[16] = {0};
    ga_overlap pairs[4];
    ga_problem *const p = empty();
    GA_TENSOR(p, "late", w + 3, dw, 4);
    GA_TENSOR(p, "early", w, dw + 8, 4);
    cr_assert(ga_problem_overlaps(p, pairs, 4) == 1);
    cr_expect(pairs[0].first == 0 && pairs[0].second == 1, "by registration, not by address");
    cr_expect(pairs[0].of_gradients == 0 && pairs[0].bytes == sizeof *w);
    ga_problem_free(p);
}

Test(overlap, of_gradients_and_of_both_kinds)
{
    double w[12] = {0};
    double shared[2] = {0};
    ga_overlap pairs[8];
    ga_problem *const p = empty();
    GA_TENSOR(p, "a", w, shared, 2);
    GA_TENSOR(p, "b", w + 2, shared, 2);
    GA_TENSOR(p, "c", w + 4, w, 2);
    cr_assert(ga_problem_overlaps(p, pairs, 8) == 2);
    cr_expect(pairs[0].first == 0 && pairs[0].second == 1 && pairs[0].of_gradients == 1);
    cr_expect(pairs[1].first == 0 && pairs[1].second == 2 && pairs[1].of_gradients == 2);
    cr_expect(pairs[1].bytes == 2 * sizeof *w);
    ga_problem_free(p);
}

Test(overlap, frozen_values_count_but_their_gradients_do_not)
{
    double w[4] = {0};
    double grad = 0.0;
    ga_overlap pairs[8];
    ga_problem *const p = empty();
    GA_VARIABLE(p, "a", &w[0], &grad);
    ga_problem_add(
        p, &(ga_variable){
               .name = "frozen", .value = w, .grad = &grad, .dtype = GA_F64, .role = GA_FROZEN});
    cr_assert(ga_problem_overlaps(p, pairs, 8) == 1);
    cr_expect(pairs[0].of_gradients == 0);
    ga_problem_free(p);
}

Test(overlap, of_slices)
{
    ga_overlap pairs[8];
    double x[10] = {0};
    ga_block blocks[3] = {
        {.value = x, .dtype = GA_F64, .count = 8},
        {.value = x + 2, .dtype = GA_F64, .count = 2},
        {.value = x + 8, .dtype = GA_F64, .count = 2},
    };
    const ga_problem p = {.is_flat = 1, .blocks = blocks, .block_count = 3};
    cr_assert(ga_problem_overlaps(&p, pairs, 8) == 1);
    cr_expect(pairs[0].first == 0 && pairs[0].second == 1 && pairs[0].bytes == 2 * sizeof *x);
}

Test(overlap, the_first_pairs_when_there_is_no_room_for_all)
{
    double w = 0.0;
    ga_overlap pairs[3];
    ga_problem *const p = empty();
    for (int i = 0; i < 20; ++i) {
        char name[16];
        (void)snprintf(name, sizeof name, "w%d", i);
        GA_VARIABLE(p, name, &w, NULL);
    }
    cr_assert(ga_problem_overlaps(p, pairs, 3) == 3);
    for (size_t i = 0; i < 3; ++i) {
        cr_expect(pairs[i].first == 0 && pairs[i].second == i + 1);
    }
    cr_expect(ga_problem_overlaps(p, NULL, 0) == 0);
    ga_problem_free(p);
}

/* Pairs of values that share memory, by comparing all with all. */
static size_t compare_all(const ga_block *blocks, size_t count, ga_overlap *pairs)
{
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
        for (size_t j = i + 1; j < count; ++j) {
            const double *const a = blocks[i].value;
            const double *const b = blocks[j].value;
            if (a < b + blocks[j].count && b < a + blocks[i].count) {
                pairs[found++] = (ga_overlap){.first = i, .second = j};
            }
        }
    }
    return found;
}

Test(overlap, finds_what_the_plain_comparison_finds)
{
    static double memory[400];
    static ga_overlap pairs[MOST];
    static ga_overlap plain[MOST];
    uint32_t state = 1;
    for (int round = 0; round < 200; ++round) {
        ga_block blocks[40] = {{0}};
        for (size_t i = 0; i < 40; ++i) {
            state = state * 1664525U + 1013904223U;
            blocks[i] = (ga_block){.value = memory + (state >> 16) % 380,
                                   .dtype = GA_F64,
                                   .count = 1 + (state >> 8) % 20};
        }
        const ga_problem p = {.blocks = blocks, .block_count = 40};
        const size_t expected = compare_all(blocks, 40, plain);
        cr_assert(ga_problem_overlaps(&p, pairs, MOST) == expected);
        for (size_t i = 0; i < expected; ++i) {
            cr_assert(pairs[i].first == plain[i].first && pairs[i].second == plain[i].second);
        }
    }
}
