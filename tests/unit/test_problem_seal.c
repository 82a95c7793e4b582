/*
 * Sealing: blocks from slices and the gaps between them, and what must be there before an audit.
 */
#include "problem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static double both(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)g;
    (void)user;
    return x[0];
}

static ga_problem *flat(size_t n)
{
    static const double x[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .n = n, .x = x, .both = both, .rtol = 0.5, .gradient_scale = 3.0, .accumulates = 1},
        &p);
    return p;
}

static void slice(ga_problem *p, const char *name, size_t offset, size_t count)
{
    cr_expect(ga_problem_slice(
                  p, &(ga_slice){.name = name, .offset = offset, .rank = 1, .shape = {count}}) ==
              GA_OK);
}

/* The blocks as "name@offset+count ", those of gaps in brackets. */
static const char *blocks_of(const ga_problem *p)
{
    static char text[512];
    text[0] = '\0';
    for (size_t i = 0; i < p->block_count; ++i) {
        const ga_block *const block = &p->blocks[i];
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used,
                       block->is_tensor ? "%s@%zu+%zu " : "(%s@%zu+%zu) ", block->name,
                       block->offset, block->count);
    }
    return text;
}

Test(seal_flat, without_slices_there_is_x)
{
    for (size_t n = 1; n <= 10; n += 9) {
        ga_problem *const p = flat(n);
        cr_assert(ga_problem_seal(p) == GA_OK);
        cr_assert(p->block_count == 1);
        const ga_block *const block = &p->blocks[0];
        cr_expect_str_eq(block->name, "x");
        cr_expect(block->rank == 1 && block->shape[0] == n && block->count == n);
        cr_expect(block->is_tensor == 0 && block->offset == 0 && block->role == GA_TRAINABLE);
        cr_expect(block->value == p->x && !block->grad && block->dtype == GA_F64);
        cr_expect(block->rtol == 0.5 && block->gradient_scale == 3.0 && block->accumulates == 1);
        cr_expect(ga_problem_elements(p) == n && ga_problem_trainable_elements(p) == n);
        ga_problem_free(p);
    }
}

Test(seal_flat, gaps_become_blocks_in_the_order_of_x)
{
    ga_problem *const p = flat(10);
    slice(p, "b", 7, 2);
    slice(p, "a", 1, 3);
    cr_assert(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "(x[0:1]@0+1) a@1+3 (x[4:7]@4+3) b@7+2 (x[9:10]@9+1) ");
    cr_expect(ga_block_get(&p->blocks[3], 1) == 8.0);
    cr_expect(ga_problem_elements(p) == 10);
    ga_problem_free(p);
}

Test(seal_flat, slices_may_cover_everything)
{
    ga_problem *const p = flat(10);
    slice(p, "a", 0, 5);
    slice(p, "b", 5, 5);
    cr_assert(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "a@0+5 b@5+5 ");
    ga_problem_free(p);
}

Test(seal_flat, overlapping_slices_leave_no_false_gap)
{
    ga_problem *const p = flat(10);
    slice(p, "whole", 0, 8);
    slice(p, "part", 2, 2);
    slice(p, "same start", 0, 1);
    cr_assert(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "whole@0+8 same start@0+1 part@2+2 (x[8:10]@8+2) ");
    ga_problem_free(p);
}

Test(seal_flat, a_slice_keeps_what_it_says)
{
    ga_problem *const p = flat(10);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "W",
                                              .offset = 2,
                                              .rank = 2,
                                              .shape = {2, 3},
                                              .role = GA_FROZEN,
                                              .rtol = 0.25,
                                              .file = "net.c",
                                              .line = 9}) == GA_OK);
    cr_expect(ga_problem_slice(p, &(ga_slice){.name = "c", .offset = 8}) == GA_OK);
    cr_assert(ga_problem_seal(p) == GA_OK);
    const ga_block *const w = &p->blocks[1];
    cr_expect(w->rank == 2 && w->shape[0] == 2 && w->shape[1] == 3 && w->is_tensor == 1);
    cr_expect(w->role == GA_FROZEN && w->rtol == 0.25 && w->line == 9);
    cr_expect(w->gradient_scale == 3.0 && w->accumulates == 1);
    cr_expect_str_eq(w->file, "net.c");
    const ga_block *const c = &p->blocks[2];
    cr_expect(c->rank == 0 && c->count == 1 && c->rtol == 0.5 && c->is_tensor == 1);
    cr_expect(ga_problem_elements(p) == 10 && ga_problem_trainable_elements(p) == 4);
    ga_problem_free(p);
}

Test(seal_flat, again_and_after_another_slice)
{
    ga_problem *const p = flat(10);
    slice(p, "a", 0, 5);
    cr_expect(ga_problem_seal(p) == GA_OK);
    cr_expect(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "a@0+5 (x[5:10]@5+5) ");
    slice(p, "b", 5, 4);
    cr_expect(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "a@0+5 b@5+4 (x[9:10]@9+1) ");
    ga_problem_free(p);
}

Test(seal_flat, a_slice_may_not_be_named_like_a_gap)
{
    ga_problem *const p = flat(10);
    slice(p, "x[5:10]", 0, 5);
    cr_expect(ga_problem_seal(p) == GA_EINVAL);
    cr_expect(strstr(ga_problem_error(p), "variable `x[5:10]`: the name is in use since ") ==
              ga_problem_error(p));
    ga_problem_free(p);
}

/* ---- own buffers ---- */

static double loss(void *user)
{
    (void)user;
    return 0.0;
}

static int gradient(void *user)
{
    (void)user;
    return 0;
}

static int locate(void *user, const char *name, void **value, void **grad)
{
    (void)user;
    (void)name;
    (void)value;
    (void)grad;
    return 1;
}

static double w[6], dw[6], b;

static ga_problem *with_variables(double *grad)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    GA_TENSOR(p, "W", w, grad, 2, 3);
    ga_problem_add(p, &(ga_variable){.name = "b", .value = &b, .dtype = GA_F64, .role = GA_FROZEN});
    return p;
}

/* Seals, checks and frees; "": sealed. */
static void expect_sealed(ga_problem *p, const char *sentence)
{
    const ga_status status = ga_problem_seal(p);
    cr_expect_str_eq(ga_problem_error(p) ? ga_problem_error(p) : "", sentence);
    cr_expect(status == (*sentence ? GA_EINVAL : GA_OK));
    ga_problem_free(p);
}

Test(seal_variables, gives_each_its_place_in_the_row)
{
    ga_problem *const p = with_variables(dw);
    ga_problem_callbacks(p, loss, gradient, NULL);
    cr_assert(ga_problem_seal(p) == GA_OK);
    cr_expect_str_eq(blocks_of(p), "W@0+6 b@6+1 ");
    cr_expect(ga_problem_elements(p) == 7 && ga_problem_trainable_elements(p) == 6);
    cr_expect(ga_problem_seal(p) == GA_OK);
    ga_problem_free(p);
}

Test(seal_variables, need_a_loss)
{
    expect_sealed(with_variables(dw), "problem `mlp`: no loss: call ga_problem_callbacks()");
}

Test(seal_variables, need_a_gradient)
{
    ga_problem *p = with_variables(dw);
    ga_problem_callbacks(p, loss, NULL, NULL);
    expect_sealed(p, "problem `mlp`: no gradient callback and no ga_problem_update(), but variable "
                     "`W` is trainable");
    p = with_variables(NULL);
    ga_problem_callbacks(p, loss, gradient, NULL);
    expect_sealed(p, "variable `W`: it is trainable and has no gradient buffer "
                     "(ga_problem_locate() or ga_problem_update() could do without)");
}

Test(seal_variables, locate_or_update_do_without_a_buffer)
{
    ga_problem *p = with_variables(NULL);
    ga_problem_callbacks(p, loss, gradient, NULL);
    ga_problem_locate(p, locate);
    expect_sealed(p, "");
    p = with_variables(NULL);
    ga_problem_callbacks(p, loss, NULL, NULL);
    ga_problem_update(p, gradient, 0.1, NULL);
    expect_sealed(p, "");
}

Test(seal_variables, nothing_trainable_needs_no_gradient)
{
    ga_problem *p = NULL;
    ga_problem_new("mlp", &p);
    ga_problem_callbacks(p, loss, NULL, NULL);
    expect_sealed(p, "");
}
