/* The functions; see calibration_functions.h. Formulas stand side by side, so no line is broken. */
#include "calibration_functions.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Noise that depends on the bits of x alone: uniform in [-1, 1), so f stays a function. */
static double dither(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits ^ (bits >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    bits = (bits ^ (bits >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    bits ^= bits >> 32;
    return (double)(bits >> 11) * 0x1p-52 - 1.0;
}

/* clang-format off */
#define F(name, formula) static double name(double x, double c) { (void)c; return formula; }

/* ---- smooth: polynomials, exponentials, saturation, bad scales, stationary points ------------- */

F(quadratic, x * x + 3.0 * x)                         F(quadratic_, 2.0 * x + 3.0)
F(sine, sin(x))                                       F(sine_, cos(x) + 0.0 * x)
F(exponential, exp(x))                                F(exponential_, exp(x))
F(steep, exp(20.0 * x))                               F(steep_, 20.0 * exp(20.0 * x))
F(cauchy, log(1.0 + x * x))                           F(cauchy_, 2.0 * x / (1.0 + x * x))
F(runge, 1.0 / (1.0 + 25.0 * x * x))                  F(runge_, -50.0 * x / pow(1.0 + 25.0 * x * x, 2.0))
F(sine_100, sin(100.0 * x))                           F(sine_100_, 100.0 * cos(100.0 * x))
F(sine_1e4, sin(1e4 * x))                             F(sine_1e4_, 1e4 * cos(1e4 * x))
F(saturated, tanh(50.0 * x))                          F(saturated_, 50.0 / pow(cosh(50.0 * x), 2.0))
F(cubic, x * x * x)                                   F(cubic_, 3.0 * x * x)
F(bowl_at_x, 7.0 * (x - c) * (x - c) + 2.0)           F(bowl_at_x_, 14.0 * (x - c))
F(flat_bowl, pow(x - c, 4.0) + 1.0)                   F(flat_bowl_, 4.0 * pow(x - c, 3.0))
F(root, sqrt(x))                                      F(root_, 0.5 / sqrt(x))
F(power_1_5, pow(x, 1.5))                             F(power_1_5_, 1.5 * sqrt(x))
F(logarithm, log(x))                                  F(logarithm_, 1.0 / x)
F(long_wave, sin(1e-8 * x))                           F(long_wave_, 1e-8 * cos(1e-8 * x))
F(logistic, log1p(exp(-x)))                           F(logistic_, -1.0 / (1.0 + exp(x)))
F(bell, erf(x))                                       F(bell_, 1.1283791670955126 * exp(-x * x))
F(valley, 100.0 * pow(1.3 - x * x, 2.0) + pow(1.0 - x, 2.0))
F(valley_, -400.0 * x * (1.3 - x * x) - 2.0 * (1.0 - x))
F(straight, 3.0 * x + 2.0)                            F(straight_, 3.0 + 0.0 * x)
F(constant, 5.0 + 0.0 * x)                            F(constant_, 0.0 * x)
F(tiny, 1e-300 * sin(x))                              F(tiny_, 1e-300 * cos(x))
F(huge, 1e300 * sin(x))                               F(huge_, 1e300 * cos(x))
F(ripple, x + 1e-6 * sin(1e6 * x))                    F(ripple_, 1.0 + cos(1e6 * x))
F(swish, x / (1.0 + exp(-x)))                         F(swish_, (1.0 + exp(-x) * (1.0 + x)) / pow(1.0 + exp(-x), 2.0))
F(robust, sqrt(1.0 + x * x) - 1.0)                    F(robust_, x / sqrt(1.0 + x * x))
F(entropy, x * log(x) + (1.0 - x) * log(1.0 - x))     F(entropy_, log(x / (1.0 - x)))
F(gaussian_nll, 0.5 * (2.0 * log(x) + 1.7 / (x * x))) F(gaussian_nll_, 1.0 / x - 1.7 / (x * x * x))

/* ---- noisy: added noise, large offsets, float results, inner solvers, cancellation ------------ */

F(offset, 1e8 + sin(x))
F(offset_small, 1e8 + 1e-3 * sin(x))                  F(offset_small_, 1e-3 * cos(x))
F(float_sine, (double)(float)sin(x))
F(float_offset, (double)(float)(1e4 + exp(0.3 * x)))  F(float_offset_, 0.3 * exp(0.3 * x))
F(noise_12, sin(x) + 1e-12 * dither(x))
F(noise_10, sin(x) + 1e-10 * dither(x))
F(noise_8, sin(x) + 1e-8 * dither(x))
F(noise_6, sin(x) + 1e-6 * dither(x))
F(noise_4, sin(x) + 1e-4 * dither(x))
F(noise_3, sin(x) + 1e-3 * dither(x))
F(cancelling, (1.0 - cos(x)) / (x * x))               F(cancelling_, (x * sin(x) - 2.0 * (1.0 - cos(x))) / (x * x * x))
F(rounded_3, floor(sin(x) * 1e3 + 0.5) / 1e3)
F(relative_noise, exp(x) * (1.0 + 1e-9 * dither(x)))
F(float_softplus, (double)log1pf(expf((float)x)))     F(float_softplus_, 1.0 / (1.0 + exp(-x)))

/* ---- near a kink: at a known distance from c, or with a kink of higher order at c ------------- */

F(kink_3, fabs(x - c - 1e-3))                         F(kink_3_, -1.0 + 0.0 * x)
F(kink_5, fabs(x - c - 1e-5) + x * x)                 F(kink_5_, -1.0 + 2.0 * x)
F(kink_7, fabs(x - c - 1e-7) + x * x)
F(cube_of_size, pow(fabs(x - c), 3.0) + x)            F(one, 1.0 + 0.0 * x)
F(signed_square, (x - c) * fabs(x - c) + x)
F(jump_4, sin(x) + (x > c + 1e-4 ? 1.0 : 0.0))
F(two_kinks, fabs(x - c - 2e-5) + 0.5 * fabs(x - c + 3e-4) + exp(x))
F(two_kinks_, -1.0 + 0.5 + exp(x) + 0.0 * c)

/* ---- without a derivative --------------------------------------------------------------------- */

F(kink_at_x, fabs(x - c) + 0.3 * x * x)               F(kink_at_x_, 0.6 * x)
F(staircase, floor(10.0 * x))

/* ---- held out --------------------------------------------------------------------------------- */

F(log_cosh, log(cosh(3.0 * x)))                       F(log_cosh_, 3.0 * tanh(3.0 * x))
F(bessel_like, sin(x) / x)                            F(bessel_like_, (x * cos(x) - sin(x)) / (x * x))
F(steep_arctan, atan(1e3 * x))                        F(steep_arctan_, 1e3 / (1.0 + 1e6 * x * x))
F(chirp, x * sin(300.0 / x))                          F(chirp_, sin(300.0 / x) - 300.0 / x * cos(300.0 / x))
F(heavy_tails, cos(2.0 * x) + 1e-9 * pow(dither(x), 9.0) * 20.0)
F(heavy_tails_, -2.0 * sin(2.0 * x))
F(uneven_noise, x * x + 1e-8 * fabs(x) * dither(x))   F(uneven_noise_, 2.0 * x)
F(triangular, exp(-x) + 1e-7 * (dither(x) + dither(2.0 * x)))
F(triangular_, -exp(-x))
F(hinge, fmax(0.0, 1.0 - 0.7 * x) + 0.05 * x * x)
F(hinge_, (0.7 * x < 1.0 ? -0.7 : 0.0) + 0.1 * x)
F(best_of_three, fmax(x * x, fmax(2.0 * x + 1.0, 0.5 * x * x * x - x)))
F(harmonic_float, (double)(1.0F / (1.0F + (float)x * (float)x)))
F(harmonic_float_, -2.0 * x / pow(1.0 + x * x, 2.0))
F(kink_4_steep, 50.0 * fabs(x - c - 1e-4) + exp(2.0 * x))
F(kink_4_steep_, -50.0 + 2.0 * exp(2.0 * x) + 0.0 * c)
    /* clang-format on */

    static double softmax_loss(double x, double c)
{
    const double top = 3.0; /* subtracted, as everybody does */
    (void)c;
    return -x + top + log(exp(x - top) + exp(1.0 - top) + exp(-top) + exp(2.2 - top));
}

static double softmax_loss_(double x, double c)
{
    (void)c;
    return exp(x) / (exp(x) + exp(1.0) + 1.0 + exp(2.2)) - 1.0;
}

static double long_sum(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 1; i <= 300; i++) {
        sum += log((double)i + x * x);
    }
    return sum / 300.0;
}

static double long_sum_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 1; i <= 300; i++) {
        sum += 2.0 * x / ((double)i + x * x);
    }
    return sum / 300.0;
}

static double gamma_function(double x, double c)
{
    (void)c;
    return tgamma(x);
}

/* Digamma by recurrence and its asymptotic series: Abramowitz and Stegun, 6.3.5 and 6.3.18. */
static double gamma_function_(double x, double c)
{
    double y = x;
    double psi = 0.0;
    (void)c;
    for (; y < 20.0; y += 1.0) {
        psi -= 1.0 / y;
    }
    const double z = 1.0 / (y * y);
    psi += log(y) - 0.5 / y - z * (1.0 / 12.0 - z * (1.0 / 120.0 - z / 252.0));
    return psi * tgamma(x);
}

static const double coefficients[] = {1.0, -2.0, 1.0, -3.0, 0.5, -1.0, 2.0, -1.0, 1.0, -4.0};

static double polynomial_9(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i <= 9; i++) {
        sum = sum * x + coefficients[i];
    }
    return sum;
}

static double polynomial_9_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i < 9; i++) {
        sum = sum * x + coefficients[i] * (double)(9 - i);
    }
    return sum;
}

static double float_growth(double x, double c)
{
    const float y = (float)x;
    (void)c;
    return (double)(expf(y) * (1.0F + 0.1F * y));
}

static double float_growth_(double x, double c)
{
    (void)c;
    return exp(x) * (1.1 + 0.1 * x);
}

static double float_squares(double x, double c)
{
    const float y = (float)x;
    float sum = 0.0F;
    (void)c;
    for (int i = 0; i < 256; i++) {
        const float residual = y * (0.01F * (float)i) - 0.3F;
        sum += residual * residual;
    }
    return (double)(sum / 256.0F);
}

static double float_squares_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i < 256; i++) {
        const double input = (double)(0.01F * (float)i);
        sum += 2.0 * input * (x * input - (double)0.3F);
    }
    return sum / 256.0;
}

static double float_network(double x, double c)
{
    const float y = (float)x;
    float sum = 0.0F;
    (void)c;
    for (int i = 0; i < 128; i++) {
        const float unit = tanhf(y * (0.02F * (float)i));
        sum += logf(1.0F + expf(-unit));
    }
    return (double)(sum / 128.0F + 5.0F);
}

static double float_network_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i < 128; i++) {
        const double input = 0.02 * (double)i;
        const double unit = tanh(x * input);
        sum -= input * (1.0 - unit * unit) / (1.0 + exp(unit));
    }
    return sum / 128.0;
}

/* The root of y^3 + y = x by bisection that stops at 1e-8: a staircase up close. */
static double bisection(double x, double c)
{
    double low = 0.0;
    double high = 10.0;
    (void)c;
    while (high - low > 1e-8) {
        const double y = 0.5 * (low + high);
        if (y * y * y + y > x) {
            high = y;
        } else {
            low = y;
        }
    }
    return 0.5 * (low + high);
}

static double bisection_(double x, double c)
{
    double y = 1.0;
    (void)c;
    for (int i = 0; i < 60; i++) {
        y -= (y * y * y + y - x) / (3.0 * y * y + 1.0);
    }
    return 1.0 / (3.0 * y * y + 1.0);
}

/* The integral of exp(x t) over [0, 1] by trapezia, as many as the digits of x make of it. */
static double quadrature(double x, double c)
{
    const int n = 200 + (int)(fabs(x) * 1e5) % 7;
    double sum = 0.0;
    (void)c;
    for (int i = 0; i <= n; i++) {
        const double weight = i == 0 || i == n ? 0.5 : 1.0;
        sum += weight * exp(x * (double)i / (double)n);
    }
    return sum / (double)n;
}

/*
 * What is computed is off the integral by (1/12 n^2) x (exp(x) - 1), by Euler and Maclaurin, and
 * its slope accordingly; 1/(12 n^2) is the mean over the seven n.
 */
static double quadrature_(double x, double c)
{
    const double off = 1.0 / (12.0 * 203.0 * 203.0);
    (void)c;
    return (exp(x) * (x - 1.0) + 1.0) / (x * x) + off * (exp(x) * (1.0 + x) - 1.0);
}

/* 200 hinges between -3 and 3: a one-dimensional ReLU network. */
static double hinge_slope(int i)
{
    return (i % 2 ? 1.0 : -1.0) * (0.3 + 0.01 * (double)(i * 37 % 11));
}

static double hinges(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i < 200; i++) {
        sum += fmax(0.0, hinge_slope(i) * (x + 3.0 - 0.03 * (double)i));
    }
    return sum / 200.0;
}

static double hinges_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 0; i < 200; i++) {
        const double slope = hinge_slope(i);
        sum += slope * (x + 3.0 - 0.03 * (double)i) > 0.0 ? slope : 0.0;
    }
    return sum / 200.0;
}

static double best_of_three_(double x, double c)
{
    const double top = best_of_three(x, c);
    return top == x * x ? 2.0 * x : top == 2.0 * x + 1.0 ? 2.0 : 1.5 * x * x - 1.0;
}

/* 0.1 x (1 + z), z a chain of leaky units: held out. */
static double leaky_chain(double x, double c)
{
    double z = x;
    (void)c;
    for (int i = 0; i < 12; i++) {
        const double y = 1.3 * z - 0.4 + 0.05 * (double)i;
        z = y > 0.0 ? y : 0.2 * y;
    }
    return z * z;
}

static double leaky_chain_(double x, double c)
{
    double z = x;
    double slope = 1.0;
    (void)c;
    for (int i = 0; i < 12; i++) {
        const double y = 1.3 * z - 0.4 + 0.05 * (double)i;
        slope *= y > 0.0 ? 1.3 : 0.26;
        z = y > 0.0 ? y : 0.2 * y;
    }
    return 2.0 * z * slope;
}

/* Newton's method for w exp(w) = x, stopped at 1e-7: held out. */
static double early_newton(double x, double c)
{
    double w = log(1.0 + x);
    (void)c;
    for (int i = 0; i < 50; i++) {
        const double change = (w * exp(w) - x) / (exp(w) * (1.0 + w));
        w -= change;
        if (fabs(change) < 1e-7) {
            break;
        }
    }
    return w;
}

static double early_newton_(double x, double c)
{
    double w = log(1.0 + x);
    (void)c;
    for (int i = 0; i < 50; i++) {
        w -= (w * exp(w) - x) / (exp(w) * (1.0 + w));
    }
    return 1.0 / (exp(w) * (1.0 + w));
}

/* 1000 squared residuals in float, in the naive order: held out. */
static double naive_sum(double x, double c)
{
    const float y = (float)x;
    float sum = 0.0F;
    (void)c;
    for (int i = 1; i <= 1000; i++) {
        const float residual = y * sinf((float)i) - 0.5F * cosf(0.3F * (float)i);
        sum += residual * residual;
    }
    return (double)sum;
}

static double naive_sum_(double x, double c)
{
    double sum = 0.0;
    (void)c;
    for (int i = 1; i <= 1000; i++) {
        const double input = sin((double)i);
        sum += 2.0 * input * (x * input - 0.5 * cos(0.3 * (double)i));
    }
    return sum;
}

/* clang-format off */
#define EVEN(name, value, slope, low, high, group)  {name, value, slope, low, high, 0, 0, CALIBRATION_##group, 0.0}
#define LOG(name, value, slope, low, high, group)   {name, value, slope, low, high, 1, 0, CALIBRATION_##group, 0.0}
#define FLOAT(name, value, slope, low, high, group) {name, value, slope, low, high, 0, 1, CALIBRATION_##group, 0.0}

const calibration_function calibration_functions[] = {
    EVEN("quadratic", quadratic, quadratic_, -3.0, 3.0, SMOOTH),
    EVEN("sine", sine, sine_, -3.0, 3.0, SMOOTH),
    EVEN("exponential", exponential, exponential_, -3.0, 3.0, SMOOTH),
    EVEN("steep", steep, steep_, -2.0, 2.0, SMOOTH),
    EVEN("cauchy", cauchy, cauchy_, -3.0, 3.0, SMOOTH),
    EVEN("runge", runge, runge_, -2.0, 2.0, SMOOTH),
    EVEN("sine-100", sine_100, sine_100_, -2.0, 2.0, SMOOTH),
    EVEN("sine-1e4", sine_1e4, sine_1e4_, -2.0, 2.0, SMOOTH),
    EVEN("saturated", saturated, saturated_, -0.1, 0.1, SMOOTH),
    LOG("cubic-near-0", cubic, cubic_, 1e-3, 1e-1, SMOOTH),
    {"bowl-at-x", bowl_at_x, bowl_at_x_, -2.0, 2.0, 0, 0, CALIBRATION_SMOOTH, 1e-10},
    {"flat-bowl", flat_bowl, flat_bowl_, -2.0, 2.0, 0, 0, CALIBRATION_SMOOTH, 1e-10},
    LOG("root", root, root_, 1e-8, 1e-2, SMOOTH),
    LOG("power-1.5", power_1_5, power_1_5_, 1e-8, 1e-2, SMOOTH),
    LOG("logarithm", logarithm, logarithm_, 1e-10, 1e-4, SMOOTH),
    LOG("long-wave", long_wave, long_wave_, 1e7, 3e8, SMOOTH),
    EVEN("logistic", logistic, logistic_, 5.0, 30.0, SMOOTH),
    EVEN("softmax", softmax_loss, softmax_loss_, -4.0, 4.0, SMOOTH),
    EVEN("long-sum", long_sum, long_sum_, -3.0, 3.0, SMOOTH),
    EVEN("gamma", gamma_function, gamma_function_, 1.5, 12.0, SMOOTH),
    EVEN("bell", bell, bell_, -3.0, 3.0, SMOOTH),
    EVEN("valley", valley, valley_, -2.0, 2.0, SMOOTH),
    EVEN("polynomial-9", polynomial_9, polynomial_9_, -2.0, 2.0, SMOOTH),
    EVEN("straight", straight, straight_, -2.0, 2.0, SMOOTH),
    {"constant", constant, constant_, -2.0, 2.0, 0, 0, CALIBRATION_SMOOTH, 1e-12},
    EVEN("tiny", tiny, tiny_, -3.0, 3.0, SMOOTH),
    EVEN("huge", huge, huge_, -3.0, 3.0, SMOOTH),
    EVEN("ripple", ripple, ripple_, -1.0, 1.0, SMOOTH),
    EVEN("swish", swish, swish_, -4.0, 4.0, SMOOTH),
    EVEN("robust", robust, robust_, -3.0, 3.0, SMOOTH),
    EVEN("entropy", entropy, entropy_, 0.02, 0.98, SMOOTH),
    LOG("gaussian-nll", gaussian_nll, gaussian_nll_, 1e-2, 1e2, SMOOTH),

    EVEN("offset-1e8", offset, sine_, -2.0, 2.0, NOISY),
    EVEN("offset-small", offset_small, offset_small_, -2.0, 2.0, NOISY),
    EVEN("float-result", float_sine, sine_, -3.0, 3.0, NOISY),
    FLOAT("float-growth", float_growth, float_growth_, -2.0, 2.0, NOISY),
    FLOAT("float-squares", float_squares, float_squares_, -2.0, 2.0, NOISY),
    FLOAT("float-network", float_network, float_network_, -2.0, 2.0, NOISY),
    EVEN("float-offset", float_offset, float_offset_, -2.0, 2.0, NOISY),
    EVEN("noise-1e-12", noise_12, sine_, -3.0, 3.0, NOISY),
    EVEN("noise-1e-10", noise_10, sine_, -3.0, 3.0, NOISY),
    EVEN("noise-1e-8", noise_8, sine_, -3.0, 3.0, NOISY),
    EVEN("noise-1e-6", noise_6, sine_, -3.0, 3.0, NOISY),
    EVEN("noise-1e-4", noise_4, sine_, -3.0, 3.0, NOISY),
    EVEN("noise-1e-3", noise_3, sine_, -3.0, 3.0, NOISY),
    EVEN("bisection", bisection, bisection_, 0.5, 5.0, NOISY),
    EVEN("quadrature", quadrature, quadrature_, 0.5, 3.0, NOISY),
    LOG("cancelling", cancelling, cancelling_, 1e-4, 1e-1, NOISY),
    EVEN("rounded-1e-3", rounded_3, sine_, -3.0, 3.0, NOISY),
    EVEN("relative-noise", relative_noise, exponential_, -3.0, 3.0, NOISY),
    FLOAT("float-softplus", float_softplus, float_softplus_, -3.0, 3.0, NOISY),

    EVEN("kink-1e-3", kink_3, kink_3_, -2.0, 2.0, NEAR_KINK),
    EVEN("kink-1e-5", kink_5, kink_5_, -2.0, 2.0, NEAR_KINK),
    EVEN("kink-1e-7", kink_7, kink_5_, -2.0, 2.0, NEAR_KINK),
    EVEN("cube-of-size", cube_of_size, one, -2.0, 2.0, NEAR_KINK),
    EVEN("signed-square", signed_square, one, -2.0, 2.0, NEAR_KINK),
    EVEN("jump-1e-4", jump_4, sine_, -2.0, 2.0, NEAR_KINK),
    EVEN("hinges", hinges, hinges_, -2.0, 2.0, NEAR_KINK),
    EVEN("two-kinks", two_kinks, two_kinks_, -2.0, 2.0, NEAR_KINK),

    EVEN("kink-at-x", kink_at_x, kink_at_x_, -2.0, 2.0, UNDEFINED),
    EVEN("staircase", staircase, constant_, -2.0, 2.0, UNDEFINED),

    EVEN("log-cosh", log_cosh, log_cosh_, -3.0, 3.0, HELD_OUT),
    EVEN("sinc", bessel_like, bessel_like_, 0.1, 20.0, HELD_OUT),
    EVEN("steep-arctan", steep_arctan, steep_arctan_, -0.1, 0.1, HELD_OUT),
    EVEN("chirp", chirp, chirp_, 0.3, 3.0, HELD_OUT),
    EVEN("heavy-tails", heavy_tails, heavy_tails_, -2.0, 2.0, HELD_OUT),
    EVEN("uneven-noise", uneven_noise, uneven_noise_, -2.0, 2.0, HELD_OUT),
    EVEN("triangular", triangular, triangular_, -2.0, 2.0, HELD_OUT),
    EVEN("hinge", hinge, hinge_, -3.0, 3.0, HELD_OUT),
    EVEN("best-of-three", best_of_three, best_of_three_, -3.0, 3.0, HELD_OUT),
    EVEN("leaky-chain", leaky_chain, leaky_chain_, -2.0, 2.0, HELD_OUT),
    EVEN("kink-1e-4-steep", kink_4_steep, kink_4_steep_, -2.0, 2.0, HELD_OUT),
    EVEN("early-newton", early_newton, early_newton_, 0.1, 5.0, HELD_OUT),
    FLOAT("harmonic-float", harmonic_float, harmonic_float_, -3.0, 3.0, HELD_OUT),
    FLOAT("naive-sum", naive_sum, naive_sum_, -3.0, 3.0, HELD_OUT),
};
/* clang-format on */

const size_t calibration_function_count =
    sizeof calibration_functions / sizeof *calibration_functions;
