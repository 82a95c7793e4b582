/*
 * What the values of a loss say about its arithmetic.
 *
 * No loss is known more finely than it is computed. Every value that anyone evaluates is shown to a
 * ga_values, which learns from it how coarse the result's own rounding is: in float or in double,
 * or on a coarser binary lattice (a loss of whole numbers, of fixed point, of 1/1024ths).
 */
#ifndef GA_MEASURE_VALUES_H
#define GA_MEASURE_VALUES_H

typedef struct ga_values {
    double origin;  /* f(x) */
    double largest; /* largest |f| seen */
    double lattice; /* largest power of two that divides every value seen; INFINITY before any */
    int others;     /* how many values differed from f(x), */
    int same;       /* and how many equalled it: none, unless the loss moves in steps */
    int single;     /* every value seen is exactly a float */
} ga_values;

void ga_values_begin(ga_values *values, double origin);

/* Take note of one value. A value that is not finite says nothing. */
void ga_values_add(ga_values *values, double value);

/* Take over what `from`, which began as a copy of `into`, has learnt since. */
void ga_values_merge(ga_values *into, const ga_values *from);

/* Half the spacing of numbers near 1 in the detected precision: 2^-24 or 2^-53. */
double ga_values_unit(const ga_values *values);

/* Standard deviation of the result's own rounding: no measured noise is believed to be less. */
double ga_values_floor(const ga_values *values);

/* The least change of f(x) that the detected precision, float or double, can show. */
double ga_values_quantum(const ga_values *values);

/* Whether a double is exactly a float. NaN and infinities are not. */
int ga_is_float(double value);

#endif
