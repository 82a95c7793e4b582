/* The noise of a loss, from tables on one side of x. */
#include "test_measure.h"

#include <criterion/criterion.h>

#include <string.h>

static double dither(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    return 2.0 * ga_hash_uniform(ga_hash(bits, 0, GA_FOR_LINE, 0)) - 1.0;
}

static double smooth(double x)
{
    return sin(x);
}

static double noisy(double x)
{
    return sin(x) + 1e-6 * dither(x);
}

static double kinked(double x)
{
    return fabs(x - 1.0) + x;
}

static double stairs(double x)
{
    return floor(1e6 * x) * 1e-6;
}

static double measured(double (*value)(double), double x, uint64_t seed, int *evaluations)
{
    subject s = subject_at(value, x);
    const ga_line line = subject_line(&s);
    ga_watch watch = {.line = &line, .seed = seed, .most = 28};
    ga_values_begin(&watch.values, value(x));
    const double noise = ga_noise_along(&watch, 0x1p-12 * line.scale, 4).deviation;
    *evaluations = watch.evaluations;
    return noise;
}

Test(measure_noise, levels_of_white_noise_are_its_deviation)
{
    double sum[GA_NOISE_POINTS] = {0.0};
    const int tables = 4000;
    for (int k = 0; k < tables; k++) {
        double at[GA_NOISE_POINTS];
        double values[GA_NOISE_POINTS];
        ga_noise_table table;
        for (int i = 0; i < GA_NOISE_POINTS; i++) {
            at[i] = (double)i + 0.3 * dither((double)(k * 100 + i) + 0.5);
            values[i] = 1.0 + 1e-3 * dither((double)(k * 100 + i));
        }
        ga_noise_levels(at, values, &table);
        for (int j = 1; j < GA_NOISE_POINTS; j++) {
            sum[j] += pow(table.level[j] * table.largest, 2.0) / (double)tables;
        }
    }
    for (int j = 1; j < GA_NOISE_POINTS; j++) {
        const double deviation = sqrt(sum[j]) / (1e-3 / sqrt(3.0));
        cr_expect(fabs(deviation - 1.0) < 0.05, "level %d: %g", j, deviation);
    }
}

Test(measure_noise, sixth_differences_of_a_polynomial_vanish)
{
    const double at[GA_NOISE_POINTS] = {1.0, 2.2, 2.9, 4.1, 5.3, 5.8, 7.0};
    double values[GA_NOISE_POINTS];
    ga_noise_table table;
    for (int i = 0; i < GA_NOISE_POINTS; i++) {
        values[i] = 3.0 + at[i] * (1.0 + at[i] * (at[i] * at[i] - 2.0));
    }
    ga_noise_levels(at, values, &table);
    cr_expect(table.level[4] > 1e-3, "fourth %g", table.level[4]);
    cr_expect(table.level[5] < 1e-14, "fifth %g", table.level[5]);
    cr_expect(table.level[6] < 1e-14, "sixth %g", table.level[6]);
}

Test(measure_noise, a_smooth_loss_has_rounding_only_and_costs_one_table)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        int evaluations = 0;
        const double noise = measured(smooth, 1.0, seed, &evaluations);
        cr_expect(noise >= 0.0 && noise < 1e-15, "noise %g", noise);
        cr_expect(evaluations == GA_NOISE_POINTS, "%d evaluations", evaluations);
    }
}

Test(measure_noise, added_noise_is_found_within_a_factor_of_four)
{
    const double truth = 1e-6 / sqrt(3.0);
    int outside = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        int evaluations = 0;
        const double noise = measured(noisy, 0.7, seed, &evaluations);
        outside += !(noise > truth / 4.0 && noise < truth * 4.0);
    }
    cr_expect(outside <= 6, "%d of 200", outside);
}

Test(measure_noise, a_kink_at_the_point_is_not_noise)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        int evaluations = 0;
        const double noise = measured(kinked, 1.0, seed, &evaluations);
        cr_expect(noise < 1e-14, "noise %g", noise);
    }
}

Test(measure_noise, no_staircase_passes_for_smooth)
{
    int missed = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        int evaluations = 0;
        missed += measured(stairs, 1.0 + 1e-3 * (double)seed, seed, &evaluations) < 1e-8;
    }
    cr_expect(missed <= 2, "%d of 2000", missed);
}

Test(measure_noise, tables_stay_within_the_bounds)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        subject s = subject_at(noisy, 0.7);
        s.below = seed % 2 ? 1e-9 : 1e-5;
        s.above = seed % 3 ? 0.0 : 1e-4;
        const ga_line line = subject_line(&s);
        ga_watch watch = {.line = &line, .seed = seed, .most = 28};
        ga_values_begin(&watch.values, s.value(s.x));
        ga_noise_along(&watch, 0x1p-12, 4);
        cr_expect(s.calls > 0 && s.strayed == 0, "%d of %d strayed", s.strayed, s.calls);
    }
}
