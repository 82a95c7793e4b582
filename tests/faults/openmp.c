/* Losses that are sums over several threads, whose order is up to those. */
#include <math.h>
#include <stddef.h>

double sum(const double *x, size_t n, void *user);
double sum_of_four(const double *x, size_t n, void *user);

double sum(const double *x, size_t n, void *user)
{
    (void)user;
    double total = 0.0;
#pragma omp parallel for reduction(+ : total)
    for (size_t i = 0; i < n; i++) {
        total += exp(sin(x[i] * (double)(i + 1)));
    }
    return total;
}

/* Insists. */
double sum_of_four(const double *x, size_t n, void *user)
{
    (void)user;
    double total = 0.0;
#pragma omp parallel for reduction(+ : total) num_threads(4)
    for (size_t i = 0; i < n; i++) {
        total += exp(sin(x[i] * (double)(i + 1)));
    }
    return total;
}
