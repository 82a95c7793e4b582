/* Steps are exact in the coordinate's type, never leave the room, and never are 0 by mistake. */
#include "test_measure.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <float.h>

typedef struct step_case {
    char why[40];
    double x;
    double h;
    int is_float;
} step_case;

ParameterizedTestParameters(measure_step, exact)
{
    static step_case cases[] = {
        {"ordinary double", 1.2345678901234567, 1e-5, 0},
        {"ordinary float", 1.5, 1e-3, 1},
        {"float with all its bits", (double)0.1F, 1e-3, 1},
        {"float step in another binade", (double)1.9999F, 0.3, 1},
        {"float step far above x", (double)1e-6F, 0.25, 1},
        {"zero", 0.0, 1e-8, 0},
        {"float zero", 0.0, 1e-8, 1},
        {"subnormal double", 3e-320, 1e-320, 0},
        {"subnormal float", (double)1e-41F, 1e-42, 1},
        {"tiny float", (double)1e-30F, 1e-32, 1},
        {"huge float", (double)1e30F, 1e27, 1},
        {"huge double", 1e300, 1e290, 0},
        {"below one spacing", 1.0, 1e-30, 0},
        {"float below one spacing", 1.0, 1e-30, 1},
    };
    return cr_make_param_array(step_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(step_case *c, measure_step, exact)
{
    subject s = subject_at(fabs, c->x);
    s.is_float = c->is_float;
    const ga_line line = subject_line(&s);
    const ga_step step = ga_step_exact(&line, c->h);
    const double spacing = ga_step_spacing(&line, fabs(c->x) + c->h);

    cr_expect(step.up > 0.0 && step.down > 0.0, "%s: moves nothing", c->why);
    cr_expect(fabs(step.up - c->h) <= 1.5 * spacing, "%s: %g for %g", c->why, step.up, c->h);
    cr_expect(fabs(step.up - step.down) <= 2.0 * spacing, "%s: lopsided", c->why);
    if (c->is_float) {
        cr_expect(ga_is_float(c->x + step.up), "%s: up is no float", c->why);
        cr_expect(ga_is_float(c->x - step.down), "%s: down is no float", c->why);
    } else {
        cr_expect(step.up == step.down, "%s: doubles step evenly", c->why);
    }
}

Test(measure_step, bounds_shorten_steps)
{
    subject s = subject_at(fabs, 1.0);
    s.above = 1e-3;
    s.below = 0.5;
    const ga_line line = subject_line(&s);
    cr_expect(ga_step_exact(&line, 0.1).up <= 1e-3);
    cr_expect(ga_step_exact_aside(&line, -1, 2.0) <= 0.5);
    cr_expect(ga_step_room(&line) == 1e-3);
    cr_expect(ga_step_widest(&line) == 0.5);
}

Test(measure_step, no_room_no_step)
{
    subject s = subject_at(fabs, 1.0);
    s.above = 0.0;
    const ga_line line = subject_line(&s);
    cr_expect(ga_step_exact(&line, 0.1).up == 0.0);
    cr_expect(ga_step_exact_aside(&line, 1, 0.1) == 0.0);
    cr_expect(ga_step_exact_aside(&line, -1, 0.1) > 0.0);
    cr_expect(ga_step_exact(&line, (double)NAN).up == 0.0);
}

Test(measure_step, the_end_of_the_range_is_a_bound)
{
    subject s = subject_at(fabs, (double)FLT_MAX);
    s.is_float = 1;
    const ga_line line = subject_line(&s);
    cr_expect(ga_step_room_aside(&line, 1) == 0.0);
    cr_expect(ga_step_spacing(&line, (double)FLT_MAX) > 0.0);
    cr_expect(isfinite(ga_step_least(&line)));
}

Test(measure_step, a_grid_is_exact_and_stays_inside)
{
    for (int k = 0; k < 200; k++) {
        subject s = subject_at(fabs, ga_hash_uniform(ga_hash(1, 1, GA_FOR_LINE, (uint64_t)k)));
        s.is_float = k % 2;
        s.x = s.is_float ? (double)(float)s.x : s.x;
        s.above = k % 3 ? (double)INFINITY : 1e-4;
        const ga_line line = subject_line(&s);
        const ga_grid grid = ga_step_grid(&line, 1, 0x1p-12, 7);
        cr_assert(grid.spacing > 0.0);
        for (int i = 1; i <= 7; i++) {
            const double t = grid.origin + (double)i * grid.spacing;
            cr_assert(t <= s.above, "point %d of %d at %g", i, k, t);
            cr_assert(!s.is_float || ga_is_float(s.x + t), "point %d of %d", i, k);
        }
    }
}
