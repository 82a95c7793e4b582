/* Directions that are never stored: what an element's share is, and what a pass adds up. */
#include "hash.h"
#include "sweep.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The passes once more without the instruction set of this machine. */
#define GA_SWEEP_GENERIC 1
#define ga_sweep_f32 generic_sweep_f32
#define ga_sweep_f64 generic_sweep_f64
#define ga_sweep_shares_f32 generic_shares_f32
#define ga_sweep_shares_f64 generic_shares_f64
double generic_sweep_f32(const ga_sweep *sweep, const float *x, const float *g, float *out,
                         uint64_t first, size_t count, double t);
double generic_sweep_f64(const ga_sweep *sweep, const double *x, const double *g, double *out,
                         uint64_t first, size_t count, double t);
void generic_shares_f32(const ga_sweep *sweep, const float *x, const float *g, uint64_t first,
                        size_t count, double *v);
void generic_shares_f64(const ga_sweep *sweep, const double *x, const double *g, uint64_t first,
                        size_t count, double *v);
#include "sweep.c"
#undef ga_sweep_f32
#undef ga_sweep_f64
#undef ga_sweep_shares_f32
#undef ga_sweep_shares_f64

enum {
    N = 4099, /* four blocks, and three elements more */
    MANY = 1 << 18
};

static double uniform(uint64_t counter)
{
    return 2.0 * ga_hash_uniform(ga_hash(7, 7, GA_FOR_LINE, counter)) - 1.0;
}

/* Points and gradients with zeros, negative zeros and values that are not finite among them. */
static void fill(float *x, float *g, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = (float)uniform(2 * i);
        g[i] = (float)uniform(2 * i + 1);
    }
    x[3] = 0.0F;
    x[4] = -0.0F;
    g[4] = NAN;
    g[5] = 0.0F;
    g[6] = INFINITY;
    g[7] = -INFINITY;
}

static void fill_f64(double *x, double *g, size_t count)
{
    float *narrow_x = calloc(count, sizeof *narrow_x);
    float *narrow_g = calloc(count, sizeof *narrow_g);
    cr_assert(narrow_x && narrow_g);
    fill(narrow_x, narrow_g, count);
    for (size_t i = 0; i < count; i++) {
        x[i] = (double)narrow_x[i] + (narrow_x[i] != 0.0F ? 1e-12 : 0.0) * uniform(i);
        g[i] = (double)narrow_g[i];
    }
    x[4] = -0.0;
    free(narrow_x);
    free(narrow_g);
}

static void expect_same_bits(const void *a, const void *b, size_t bytes, const char *why)
{
    cr_expect(memcmp(a, b, bytes) == 0, "%s", why);
}

static const ga_sweep modes[] = {
    {.kind = GA_SWEEP_HYBRID, .key = 11, .scale = 0.3, .instead = 0.7},
    {.kind = GA_SWEEP_HYBRID, .key = 11, .scale = 0.0, .instead = 0.7},
    {.kind = GA_SWEEP_SIGN, .key = 11, .scale = 0.3, .instead = 0.7},
    {.kind = GA_SWEEP_SIGN, .key = 11, .scale = 0.0, .instead = 0.7},
};

Test(measure_sweep, a_pass_moves_by_the_shares_and_predicts_what_was_moved)
{
    static float x[N];
    static float g[N];
    static float out[N];
    static double v[N];
    fill(x, g, N);
    for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
        const double t = 0.01;
        const double predicted = ga_sweep_f32(&modes[mode], x, g, out, 5, N, t);
        ga_sweep_shares_f32(&modes[mode], x, g, 5, N, v);
        double sum = 0.0;
        for (size_t i = 0; i < N; i++) {
            const float moved = isfinite(g[i]) ? (float)((double)x[i] + t * v[i]) : x[i];
            cr_assert(out[i] == moved, "mode %zu, element %zu: %a, want %a", mode, i,
                      (double)out[i], (double)moved);
            sum += isfinite(g[i]) ? (double)g[i] * ((double)out[i] - (double)x[i]) : 0.0;
        }
        cr_expect(fabs(predicted - sum) <= 1e-13, "mode %zu: %a, want %a", mode, predicted, sum);
        cr_expect(predicted != 0.0);
    }
}

Test(measure_sweep, double_elements_take_the_same_shares)
{
    static float x[N];
    static float g[N];
    static double wide_x[N];
    static double wide_g[N];
    static double out[N];
    static double v[N];
    static double wide_v[N];
    fill(x, g, N);
    for (size_t i = 0; i < N; i++) {
        wide_x[i] = (double)x[i];
        wide_g[i] = (double)g[i];
    }
    for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
        ga_sweep_shares_f32(&modes[mode], x, g, 5, N, v);
        ga_sweep_shares_f64(&modes[mode], wide_x, wide_g, 5, N, wide_v);
        expect_same_bits(v, wide_v, sizeof v, "a double twin is moved the same way");
        const double predicted = ga_sweep_f64(&modes[mode], wide_x, wide_g, out, 5, N, 0.01);
        double sum = 0.0;
        for (size_t i = 0; i < N; i++) {
            cr_assert(out[i] == wide_x[i] + 0.01 * v[i]);
            sum += isfinite(g[i]) ? wide_g[i] * (out[i] - wide_x[i]) : 0.0;
        }
        cr_expect(fabs(predicted - sum) <= 1e-13);
    }
}

Test(measure_sweep, any_instruction_set_gives_the_same_bits)
{
    static float x[N];
    static float g[N];
    static float out[2][N];
    static double wide_x[N];
    static double wide_g[N];
    static double wide_out[2][N];
    static double v[2][N];
    fill(x, g, N);
    fill_f64(wide_x, wide_g, N);
    for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
        const ga_sweep *sweep = &modes[mode];
        double sums[2] = {ga_sweep_f32(sweep, x, g, out[0], 99, N, 0.01),
                          generic_sweep_f32(sweep, x, g, out[1], 99, N, 0.01)};
        expect_same_bits(&sums[0], &sums[1], sizeof *sums, "sum of floats");
        expect_same_bits(out[0], out[1], sizeof *out, "floats");
        sums[0] = ga_sweep_f64(sweep, wide_x, wide_g, wide_out[0], 99, N, 0.01);
        sums[1] = generic_sweep_f64(sweep, wide_x, wide_g, wide_out[1], 99, N, 0.01);
        expect_same_bits(&sums[0], &sums[1], sizeof *sums, "sum of doubles");
        expect_same_bits(wide_out[0], wide_out[1], sizeof *wide_out, "doubles");
        ga_sweep_shares_f32(sweep, x, g, 99, N, v[0]);
        generic_shares_f32(sweep, x, g, 99, N, v[1]);
        expect_same_bits(v[0], v[1], sizeof *v, "shares of floats");
        ga_sweep_shares_f64(sweep, wide_x, wide_g, 99, N, v[0]);
        generic_shares_f64(sweep, wide_x, wide_g, 99, N, v[1]);
        expect_same_bits(v[0], v[1], sizeof *v, "shares of doubles");
    }
}

/* Golden bits: any compiler, any options. */
Test(measure_sweep, any_compiler_gives_the_same_bits)
{
    static float x[N];
    static float g[N];
    static float out[N];
    fill(x, g, N);
    const double want[] = {0x1.1bea91e3d88d2p-4, -0x1.24f545dcc8388p-4, 0x1.88177b9b36cc6p+2,
                           0x1.42fc9f8eebf2cp+3};
    for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
        const double got = ga_sweep_f32(&modes[mode], x, g, out, 99, N, 0.01);
        cr_expect(got == want[mode], "mode %zu: %a, want %a", mode, got, want[mode]);
    }
}

Test(measure_sweep, the_share_of_an_element_does_not_depend_on_the_range)
{
    static double x[N];
    static double whole[N];
    static double part[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 1.0;
    }
    const ga_sweep sweep = {.key = 3, .scale = 1.0};
    ga_sweep_shares_f64(&sweep, x, x, 1000, N, whole);
    const size_t cuts[] = {0, 1, 7, 8, 9, 17, 1023, 1024, 1025, 2050, N};
    for (size_t c = 0; c + 1 < sizeof cuts / sizeof *cuts; c++) {
        ga_sweep_shares_f64(&sweep, x + cuts[c], x, 1000 + cuts[c], cuts[c + 1] - cuts[c],
                            part + cuts[c]);
    }
    expect_same_bits(whole, part, sizeof whole, "in pieces");
}

Test(measure_sweep, numbers_beyond_32_bits_are_other_numbers)
{
    enum {
        AROUND = 64
    };
    double x[AROUND];
    double low[AROUND];
    double high[AROUND];
    double across[AROUND];
    for (size_t i = 0; i < AROUND; i++) {
        x[i] = 1.0;
    }
    const ga_sweep sweep = {.key = 3, .scale = 1.0};
    const uint64_t boundary = UINT64_C(1) << 32;
    ga_sweep_shares_f64(&sweep, x, x, 0, AROUND, low);
    ga_sweep_shares_f64(&sweep, x, x, boundary, AROUND, high);
    ga_sweep_shares_f64(&sweep, x, x, boundary - 13, AROUND, across);
    expect_same_bits(across + 13, high, (AROUND - 13) * sizeof *high, "a range across 2^32");
    size_t same = 0;
    for (size_t i = 0; i < AROUND; i++) {
        same += low[i] == high[i];
    }
    cr_expect(same == 0, "%zu of the shares recur 2^32 elements farther on", same);
}

Test(measure_sweep, what_stays_put_keeps_its_bits)
{
    const float x[3] = {-0.0F, 1.5F, -2.0F};
    const float g[3] = {NAN, INFINITY, 1.0F};
    float out[3];
    const ga_sweep sweep = {.key = 3, .scale = 1.0};
    const double predicted = ga_sweep_f32(&sweep, x, g, out, 0, 3, 0.25);
    expect_same_bits(x, out, 2 * sizeof *x, "where the gradient is not finite");
    cr_expect(out[2] != x[2] && predicted == (double)out[2] - (double)x[2], "and nothing else");
    float again[3];
    ga_sweep_f32(&sweep, x, g, again, 0, 3, 0.0);
    cr_expect(again[0] == x[0] && again[1] == x[1] && again[2] == x[2], "t = 0");
}

Test(measure_sweep, works_in_place_and_on_nothing)
{
    static float x[N];
    static float g[N];
    static float out[N];
    fill(x, g, N);
    const ga_sweep sweep = {.key = 3, .scale = 1.0};
    const double apart = ga_sweep_f32(&sweep, x, g, out, 0, N, 0.25);
    const double in_place = ga_sweep_f32(&sweep, x, g, x, 0, N, 0.25);
    cr_expect(apart == in_place);
    expect_same_bits(x, out, sizeof x, "out may be x");
    cr_expect(ga_sweep_f32(&sweep, NULL, NULL, NULL, 0, 0, 0.25) == 0.0);
}

Test(measure_sweep, signs_follow_the_gradient_and_scales_the_element)
{
    const double x[4] = {-3.0, 0.0, 2.0, 1.0};
    const double g[4] = {-1e-300, 0.0, -0.0, 5.0};
    double v[4];
    ga_sweep_shares_f64(&(ga_sweep){.kind = GA_SWEEP_SIGN, .scale = 0.5}, x, g, 0, 4, v);
    cr_expect(v[0] == -0.5 && v[1] == 0.5 && v[2] == 0.5 && v[3] == 0.5);
    ga_sweep_shares_f64(&(ga_sweep){.kind = GA_SWEEP_SIGN, .instead = 0.25}, x, g, 0, 4, v);
    cr_expect(v[0] == -3.0 && v[1] == 0.25 && v[2] == 2.0 && v[3] == 1.0);
}

Test(measure_sweep, extremes_stay_finite)
{
    const double x[2] = {1e150, -1e-150};
    const double g[2] = {1e-150, 1e150};
    double out[2];
    const ga_sweep sweep = {.kind = GA_SWEEP_SIGN};
    const double predicted = ga_sweep_f64(&sweep, x, g, out, 0, 2, 0x1p-20);
    cr_expect(fabs(predicted - 0x1p-19) < 1e-16 * 0x1p-19 * 1e10, "got %g", predicted);
}

/* ---- Quality of the shares ------------------------------------------------------------------ */

static double *unit_shares(uint64_t key)
{
    double *x = calloc(MANY, sizeof *x);
    double *v = calloc(MANY, sizeof *v);
    cr_assert(x && v);
    ga_sweep_shares_f64(&(ga_sweep){.key = key, .scale = 1.0}, x, x, 0, MANY, v);
    free(x);
    return v;
}

/* Sum of a(i) b(i + lag) over its standard deviation, for numbers of variance `product` each. */
static double correlation(const double *a, const double *b, size_t lag, double product)
{
    double sum = 0.0;
    for (size_t i = 0; i + lag < MANY; i++) {
        sum += a[i] * b[i + lag];
    }
    return sum / (product * sqrt((double)(MANY - lag)));
}

static const double SQUARE = 13.0 / 12.0; /* mean of xi^2 */
static const double UNLIKELY = 5.0;       /* standard deviations: once in 1.7 million */

Test(measure_sweep, sizes_are_uniform_and_signs_are_even)
{
    enum {
        CELLS = 256
    };
    double *v = unit_shares(UINT64_C(0x123456789));
    double cells[CELLS] = {0};
    double signs = 0.0;
    double together = 0.0;
    for (size_t i = 0; i < MANY; i++) {
        const double size = fabs(v[i]) - 0.5;
        cr_assert(size >= 0.0 && size < 1.0, "got %g", v[i]);
        cells[(size_t)(size * CELLS)] += 1.0;
        signs += v[i] < 0.0 ? -1.0 : 1.0;
        together += (v[i] < 0.0 ? -1.0 : 1.0) * (size - 0.5);
    }
    double chi2 = 0.0;
    for (size_t c = 0; c < CELLS; c++) {
        const double want = (double)MANY / CELLS;
        chi2 += (cells[c] - want) * (cells[c] - want) / want;
    }
    cr_expect(fabs(chi2 - (CELLS - 1)) < UNLIKELY * sqrt(2.0 * (CELLS - 1)), "chi2 %g", chi2);
    cr_expect(fabs(signs) < UNLIKELY * sqrt(MANY), "signs %g", signs);
    cr_expect(fabs(together) < UNLIKELY * sqrt(MANY / 12.0), "sign with size %g", together);
    free(v);
}

Test(measure_sweep, neighbours_are_independent)
{
    double *v = unit_shares(99);
    for (size_t lag = 1; lag <= 64; lag++) {
        const double z = correlation(v, v, lag, SQUARE);
        cr_expect(fabs(z) < UNLIKELY, "lag %zu: %g standard deviations", lag, z);
    }
    for (size_t lag = 128; lag < MANY; lag *= 2) {
        const double z = correlation(v, v, lag, SQUARE);
        cr_expect(fabs(z) < UNLIKELY, "lag %zu: %g standard deviations", lag, z);
    }
    free(v);
}

Test(measure_sweep, keys_are_independent_however_near)
{
    const uint64_t base = UINT64_C(0x0123456789abcdef);
    double *v = unit_shares(base);
    double *size = unit_shares(base);
    for (size_t i = 0; i < MANY; i++) {
        size[i] = fabs(size[i]) - 1.0;
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        double *w = unit_shares(base ^ (UINT64_C(1) << bit));
        size_t same = 0;
        for (size_t lag = 0; lag < 4; lag++) {
            const double z = correlation(v, w, lag, SQUARE);
            cr_expect(fabs(z) < UNLIKELY, "bit %u, lag %zu: %g", bit, lag, z);
        }
        for (size_t i = 0; i < MANY; i++) {
            same += v[i] == w[i];
            w[i] = fabs(w[i]) - 1.0;
        }
        cr_expect(same < 16, "bit %u: %zu shares are equal", bit, same);
        const double z = correlation(size, w, 0, 1.0 / 12.0);
        cr_expect(fabs(z) < UNLIKELY, "bit %u, sizes: %g", bit, z);
        free(w);
    }
    free(v);
    free(size);
}

/* What decoding one wrong element relies on: the ratio of its shares in two directions is no other
 * element's. */
Test(measure_sweep, no_two_elements_have_the_same_shares_in_two_directions)
{
    enum {
        FEW = 4096
    };
    double *v = unit_shares(1);
    double *w = unit_shares(2);
    size_t alike = 0;
    for (size_t i = 0; i < FEW; i++) {
        for (size_t j = 0; j < i; j++) {
            alike += v[i] == v[j] && w[i] == w[j];
            alike += v[i] == w[j] && w[i] == v[j]; /* nor with the two exchanged */
        }
    }
    cr_expect(alike == 0, "%zu pairs", alike);
    free(v);
    free(w);
}
