/* V04 overlap: shared values, shared gradients, and neighbours that touch. */
#include "expect.h"

#include <string.h>

/* Sum of squares over all that the buffer holds. */
typedef struct shelf {
    double v[8], dv[8];
    size_t offset, gradient_offset; /* of the second variable */
} shelf;

static double shelf_loss(void *user)
{
    const shelf *const s = user;
    double sum = 0.0;
    for (size_t i = 0; i < 8; i++) {
        sum += 0.5 * s->v[i] * s->v[i];
    }
    return sum;
}

/* One variable after the other, as a callback that knows nothing of the overlap would. */
static int shelf_grad(void *user)
{
    shelf *const s = user;
    memcpy(s->dv, s->v, 4 * sizeof *s->dv);
    memcpy(s->dv + s->gradient_offset, s->v + s->offset, 4 * sizeof *s->dv);
    return 0;
}

static ga_problem *shelf_open(shelf *s, size_t offset, size_t gradient_offset)
{
    ga_problem *p = NULL;
    *s = (shelf){.offset = offset, .gradient_offset = gradient_offset};
    for (size_t i = 0; i < 8; i++) {
        s->v[i] = 1.0 + 0.25 * (double)i;
    }
    ga_problem_new("shelf", &p);
    GA_TENSOR(p, "a", s->v, s->dv, 2, 2);
    GA_TENSOR(p, "b", s->v + offset, s->dv + gradient_offset, 4);
    ga_problem_callbacks(p, shelf_loss, shelf_grad, s);
    return p;
}

Test(overlap, silent_on_neighbours_that_touch)
{
    shelf s;
    expect_codes(shelf_open(&s, 4, 4), "");
}

Test(overlap, loud_on_shared_values)
{
    shelf s;
    ga_result *result = audit_expecting(shelf_open(&s, 3, 4), "V04");
    const ga_finding *const finding = finding_of(result, "V04", "b");
    cr_expect(strstr(finding->message, "`a` and `b` share 8 bytes"), "%s", finding->message);
    cr_expect_neq(finding_of(result, "V04", "a")->line, 0, "both places are named");
    ga_result_free(result);
}

Test(overlap, loud_on_shared_gradients)
{
    shelf s;
    ga_result *result = audit_expecting(shelf_open(&s, 4, 2), "V04");
    cr_expect(strstr(finding_of(result, "V04", "b")->message, "of their gradient buffers"));
    ga_result_free(result);
}

Test(overlap, loud_on_one_registered_twice)
{
    shelf s;
    ga_result *result = audit_expecting(shelf_open(&s, 0, 0), "V04");
    cr_expect_eq(count_of(result, "V04"), 2, "once at each of the two");
    ga_result_free(result);
}

Test(overlap, loud_on_slices)
{
    ga_problem *p = flat(quadratic, quadratic_grad, 4, (double[]){1.0, -2.0, 0.5, 3.0});
    ga_problem_slice(p, &(ga_slice){.name = "a", .rank = 1, .shape = {3}});
    ga_problem_slice(p, &(ga_slice){.name = "b", .offset = 2, .rank = 1, .shape = {2}});
    expect_codes(p, "V04");
}

Test(overlap, silent_on_a_single_element_and_on_inputs)
{
    shelf s;
    ga_problem *p = shelf_open(&s, 4, 4);
    ga_problem_input(p, "all", s.v, sizeof s.v); /* data may lie where it likes */
    expect_codes(p, "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){2.0}), "");
}
