/*
 * Elements, exactly; bounds; sizes that do not overflow; arrays that grow.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(values, a_double_is_itself)
{
    const double held[] = {0.1, -0.0, DBL_TRUE_MIN, DBL_MAX, -HUGE_VAL, (double)NAN};
    double buffer[2] = {7.0, 8.0};
    const ga_block block = {.value = buffer, .dtype = GA_F64, .count = 2};
    for (size_t i = 0; i < sizeof held / sizeof *held; ++i) {
        ga_block_set(&block, 1, held[i]);
        const double read = ga_block_get(&block, 1);
        cr_expect(memcmp(&read, &held[i], sizeof read) == 0, "%g became %g", held[i], read);
        cr_expect(memcmp(&buffer[1], &held[i], sizeof read) == 0);
    }
    cr_expect(buffer[0] == 7.0, "the neighbour is not touched");
}

Test(values, a_float_is_widened_and_rounded)
{
    float buffer[3] = {7.0F, 0.1F, 8.0F};
    const ga_block block = {.value = buffer, .dtype = GA_F32, .count = 3};
    cr_expect(ga_block_get(&block, 1) == (double)0.1F);
    ga_block_set(&block, 1, 0.3);
    cr_expect(buffer[1] == 0.3F);
    ga_block_set(&block, 1, (double)-FLT_TRUE_MIN);
    cr_expect(buffer[1] == -FLT_TRUE_MIN);
    cr_expect(buffer[0] == 7.0F && buffer[2] == 8.0F, "the neighbours are not touched");
}

Test(values, of_memory_that_is_not_aligned)
{
    unsigned char bytes[20] = {0};
    const ga_block block = {.value = bytes + 1, .dtype = GA_F64, .count = 2};
    ga_block_set(&block, 1, 2.5);
    cr_expect(ga_block_get(&block, 1) == 2.5);
    cr_expect(ga_element_of(bytes + 9, GA_F64, 0) == 2.5);
    cr_expect(ga_dtype_size(GA_F32) == 4 && ga_dtype_size(GA_F64) == 8);
}

static double both(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)g;
    (void)user;
    return x[0];
}

Test(bounds, of_a_flat_problem_are_by_element)
{
    const double x[3] = {0};
    const double lower[3] = {-1, -2, -3};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 3, .x = x, .both = both, .lower = lower}, &p);
    ga_problem_slice(p, &(ga_slice){.name = "tail", .offset = 1, .rank = 1, .shape = {2}});
    cr_assert(ga_problem_seal(p) == GA_OK);
    double least = 0.0;
    double most = 0.0;
    ga_block_bounds(p, &p->blocks[1], 1, &least, &most);
    cr_expect(least == -3.0 && most == HUGE_VAL);
    ga_problem_free(p);
}

Test(bounds, of_own_buffers_are_by_variable)
{
    double w = 0.0;
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    ga_problem_add(
        p, &(ga_variable){.name = "W", .value = &w, .dtype = GA_F64, .lower = -1, .upper = 2});
    GA_VARIABLE(p, "free", &w, NULL);
    double least = 0.0;
    double most = 0.0;
    ga_block_bounds(p, &p->blocks[0], 0, &least, &most);
    cr_expect(least == -1.0 && most == 2.0);
    ga_block_bounds(p, &p->blocks[1], 0, &least, &most);
    cr_expect(least == -HUGE_VAL && most == HUGE_VAL);
    ga_problem_free(p);
}

Test(sizes, multiply_without_overflow)
{
    size_t product = 0;
    cr_expect(ga_size_multiply(3, 5, &product) && product == 15);
    cr_expect(ga_size_multiply(0, SIZE_MAX, &product) && product == 0);
    cr_expect(ga_size_multiply(SIZE_MAX, 0, &product) && product == 0);
    cr_expect(ga_size_multiply(SIZE_MAX, 1, &product) && product == SIZE_MAX);
    cr_expect(!ga_size_multiply(SIZE_MAX / 2 + 1, 2, &product));
    cr_expect(!ga_size_multiply(SIZE_MAX, SIZE_MAX, &product));
}

Test(sizes, an_array_grows_and_keeps_what_it_has)
{
    double *items = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < 100; ++i) {
        double *const item = ga_grow((void **)&items, &count, &capacity, sizeof *items);
        cr_assert_not_null(item);
        cr_assert(*item == 0.0, "a new item is zeroed");
        *item = (double)i;
    }
    cr_expect(count == 100 && capacity >= 100);
    for (size_t i = 0; i < 100; ++i) {
        cr_expect(items[i] == (double)i);
    }
    free(items);
}

Test(sizes, an_array_too_large_to_grow_stays)
{
    double one = 1.0;
    double *items = &one;
    size_t count = SIZE_MAX / 8;
    size_t capacity = SIZE_MAX / 8;
    cr_expect_null(ga_grow((void **)&items, &count, &capacity, sizeof *items));
    cr_expect(items == &one && count == SIZE_MAX / 8 && capacity == SIZE_MAX / 8);
}
