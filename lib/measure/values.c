/*
 * Precision and lattice of a loss, detected from the bits of its values. Binary floating point is
 * assumed, the IEEE 754 formats only as far as their precision goes (FLT_MANT_DIG, DBL_MANT_DIG).
 */
#include "values.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

/* Values needed before a common lattice is no coincidence: six random doubles share one by 2^-6. */
enum {
    LATTICE_EVIDENCE = 6
};

/*
 * A result rounded to a spacing of q is off by q/sqrt(12) = 0.29 q, rms. Just above a power of two
 * q = 2u|f|, so 0.58 u|f|; 0.6 is the round number that is not below it.
 */
static const double ROUNDING = 0.6;
static const double ON_LATTICE = 0.3;

int ga_is_float(double value)
{
    return fabs(value) <= (double)FLT_MAX && (double)(float)value == value;
}

static double lowest_bit(double value)
{
    int exponent = 0;
    const double mantissa = frexp(fabs(value), &exponent);
    const uint64_t bits = (uint64_t)ldexp(mantissa, DBL_MANT_DIG);
    return ldexp((double)(bits & (~bits + 1)), exponent - DBL_MANT_DIG);
}

void ga_values_begin(ga_values *values, double origin)
{
    *values = (ga_values){.origin = origin, .lattice = (double)INFINITY, .single = 1};
    ga_values_add(values, origin);
    values->same = 0;
}

void ga_values_add(ga_values *values, double value)
{
    if (!isfinite(value)) {
        return;
    }
    if (values->single && !ga_is_float(value)) {
        values->single = 0;
    }
    if (fabs(value) > values->largest) {
        values->largest = fabs(value);
    }
    if (value != values->origin) {
        values->others++;
    } else {
        values->same++;
    }
    /* Dividing by a power of two is exact, so this asks whether value is a multiple of it. */
    const double multiple = value / values->lattice;
    if (value != 0.0 && (multiple != trunc(multiple) || multiple == 0.0)) {
        values->lattice = fmin(values->lattice, lowest_bit(value));
    }
}

void ga_values_merge(ga_values *into, const ga_values *from)
{
    into->largest = fmax(into->largest, from->largest);
    into->lattice = fmin(into->lattice, from->lattice);
    into->others = from->others > into->others ? from->others : into->others;
    into->same = from->same > into->same ? from->same : into->same;
    into->single = into->single && from->single;
}

double ga_values_unit(const ga_values *values)
{
    return values->single ? 0.5 * (double)FLT_EPSILON : 0.5 * DBL_EPSILON;
}

static int has_lattice(const ga_values *values)
{
    return values->others >= LATTICE_EVIDENCE && isfinite(values->lattice);
}

double ga_values_floor(const ga_values *values)
{
    const double rounding = ROUNDING * ga_values_unit(values) * values->largest;
    const double lattice = has_lattice(values) ? ON_LATTICE * values->lattice : 0.0;
    return fmax(fmax(rounding, lattice), DBL_TRUE_MIN); /* never 0: it is divided by */
}

double ga_values_quantum(const ga_values *values)
{
    const double size = fabs(values->origin);
    double spacing = nextafter(size, (double)INFINITY) - size;
    if (values->single && size < (double)FLT_MAX) {
        spacing = (double)nextafterf((float)size, INFINITY) - size;
    }
    return spacing;
}
