/*
 * Regressions and small networks, written once for both precisions.
 *
 * Whoever includes this defines REAL, the type all of it computes with, and NAMED(), which tells
 * the two sets of functions apart. No include guard: it is meant to be included twice.
 */

/* ---- Generalised linear models: mean over samples of phi(w.a + b, y) --------------------------
 */

/* phi in *value and its derivative by z in *slope. */
static void NAMED(link_of)(int kind, REAL z, REAL y, REAL *value, REAL *slope)
{
    const REAL one = 1;
    const REAL half = one / 2;
    const REAL e = exp(-fabs(z)); /* never overflows */
    const REAL sigmoid = z >= 0 ? one / (one + e) : e / (one + e);
    switch (kind) {
    case FIT_LOGISTIC: /* y is 0 or 1 */
        *value = fmax(z, (REAL)0) - y * z + log1p(e);
        *slope = sigmoid - y;
        break;
    case FIT_POISSON:
        *value = exp(z) - y * z;
        *slope = exp(z) - y;
        break;
    case FIT_HUBER:
        *value = fabs(z - y) <= one ? half * (z - y) * (z - y) : fabs(z - y) - half;
        *slope = fabs(z - y) <= one ? z - y : (z > y ? one : -one);
        break;
    case FIT_LOG_COSH: {
        const REAL r = fabs(z - y);
        *value = r + log1p(exp(-2 * r)) - (REAL)0.69314718055994531;
        *slope = tanh(z - y);
        break;
    }
    case FIT_SQUARED_HINGE: { /* y is 0 or 1, meaning -1 or 1 */
        const REAL sign = 2 * y - 1;
        const REAL short_of = fmax((REAL)0, one - sign * z);
        *value = short_of * short_of;
        *slope = -2 * sign * short_of;
        break;
    }
    case FIT_HINGE: {
        const REAL sign = 2 * y - 1;
        *value = fmax((REAL)0, one - sign * z);
        *slope = one - sign * z > 0 ? -sign : 0;
        break;
    }
    case FIT_GAMMA: /* log-likelihood of a gamma law with mean exp(z) */
        *value = z + (y + one) * exp(-z);
        *slope = one - (y + one) * exp(-z);
        break;
    case FIT_FOCAL: { /* -(1 - p)^2 log p of the true class */
        const REAL sign = 2 * y - 1;
        const REAL p = one / (one + exp(-sign * z));
        *value = -(one - p) * (one - p) * log(p);
        *slope =
            sign * (2 * (one - p) * log(p) * p * (one - p) - (one - p) * (one - p) * (one - p));
        break;
    }
    case FIT_SIGMOID_SQUARES:
        *value = half * (sigmoid - y) * (sigmoid - y);
        *slope = (sigmoid - y) * sigmoid * (one - sigmoid);
        break;
    default: /* FIT_LINEAR */
        *value = half * (z - y) * (z - y);
        *slope = z - y;
        break;
    }
}

/* A row of data: the inputs, then what is to be predicted. */
static REAL NAMED(linear)(const loss *self, const double *x, const double *row)
{
    REAL z = (REAL)x[self->n - 1];
    for (size_t k = 0; k + 1 < self->n; k++) {
        z += (REAL)x[k] * (REAL)row[k];
    }
    return z;
}

static double NAMED(fit_value)(const loss *self, const double *x)
{
    REAL sum = 0;
    for (size_t i = 0; i < self->samples; i++) {
        const double *const row = self->data + i * self->n;
        REAL value = 0;
        REAL slope = 0;
        NAMED(link_of)
        (self->kind, NAMED(linear)(self, x, row), (REAL)row[self->n - 1], &value, &slope);
        sum += value;
    }
    REAL decay = 0;
    for (size_t k = 0; k < self->n; k++) {
        decay += (REAL)x[k] * (REAL)x[k];
    }
    return (double)(sum / (REAL)self->samples + (REAL)self->decay / 2 * decay);
}

static void NAMED(fit_slope)(const loss *self, const double *x, double *g)
{
    REAL sum[LOSS_MOST] = {0};
    for (size_t i = 0; i < self->samples; i++) {
        const double *const row = self->data + i * self->n;
        REAL value = 0;
        REAL slope = 0;
        NAMED(link_of)
        (self->kind, NAMED(linear)(self, x, row), (REAL)row[self->n - 1], &value, &slope);
        for (size_t k = 0; k < self->n; k++) {
            sum[k] += slope * (k + 1 < self->n ? (REAL)row[k] : 1);
        }
    }
    for (size_t k = 0; k < self->n; k++) {
        g[k] = (double)(sum[k] / (REAL)self->samples + (REAL)self->decay * (REAL)x[k]);
    }
}

/* ---- Networks: layers of weights and biases, mean loss over the samples ------------------------
 */

static REAL NAMED(activate)(int kind, REAL z)
{
    switch (kind) {
    case NET_RELU:
        return z > 0 ? z : 0;
    case NET_LEAKY:
        return z > 0 ? z : z / 10;
    case NET_SIGMOID:
        return 1 / (1 + exp(-z));
    case NET_SOFTPLUS:
        return fmax(z, (REAL)0) + log1p(exp(-fabs(z)));
    case NET_SWISH:
        return z / (1 + exp(-z));
    default: /* NET_TANH */
        return tanh(z);
    }
}

static REAL NAMED(activate_slope)(int kind, REAL z)
{
    const REAL sigmoid = 1 / (1 + exp(-z));
    const REAL t = tanh(z);
    switch (kind) {
    case NET_RELU:
        return z > 0 ? 1 : 0;
    case NET_LEAKY:
        return z > 0 ? 1 : (REAL)1 / 10;
    case NET_SIGMOID:
        return sigmoid * (1 - sigmoid);
    case NET_SOFTPLUS:
        return sigmoid;
    case NET_SWISH:
        return sigmoid * (1 + z * (1 - sigmoid));
    default:
        return 1 - t * t;
    }
}

/* Sums into z and activations into a, layer after layer; returns where the outputs begin. */
static const REAL *NAMED(forward)(const loss *self, const double *x, const double *row,
                                  REAL z[][NET_WIDEST], REAL a[][NET_WIDEST])
{
    size_t at = 0;
    for (size_t k = 0; k < self->sizes[0]; k++) {
        a[0][k] = (REAL)row[k];
    }
    for (int layer = 1; layer <= self->layers; layer++) {
        const size_t inputs = self->sizes[layer - 1];
        const size_t outputs = self->sizes[layer];
        for (size_t j = 0; j < outputs; j++) {
            z[layer][j] = (REAL)x[at + outputs * inputs + j]; /* the bias */
            for (size_t k = 0; k < inputs; k++) {
                z[layer][j] += (REAL)x[at + j * inputs + k] * a[layer - 1][k];
            }
            a[layer][j] = layer < self->layers ? NAMED(activate)(self->kind, z[layer][j]) : 0;
        }
        at += outputs * inputs + outputs;
    }
    return z[self->layers];
}

/* Loss of one sample from the outputs, and its derivatives by them. */
static REAL NAMED(head)(const loss *self, const REAL *out, const double *wanted, REAL *by)
{
    const size_t count = self->sizes[self->layers];
    REAL sum = 0;
    if (!self->classes) {
        for (size_t j = 0; j < count; j++) {
            by[j] = out[j] - (REAL)wanted[j];
            sum += by[j] * by[j] / 2;
        }
        return sum;
    }
    REAL top = out[0];
    for (size_t j = 1; j < count; j++) {
        top = fmax(top, out[j]);
    }
    for (size_t j = 0; j < count; j++) {
        sum += exp(out[j] - top);
    }
    REAL value = log(sum) + top;
    for (size_t j = 0; j < count; j++) {
        value -= (REAL)wanted[j] * out[j];
        by[j] = exp(out[j] - top) / sum - (REAL)wanted[j];
    }
    return value;
}

static double NAMED(network_value)(const loss *self, const double *x)
{
    REAL z[NET_LAYERS][NET_WIDEST];
    REAL a[NET_LAYERS][NET_WIDEST];
    REAL by[NET_WIDEST];
    REAL sum = 0;
    REAL decay = 0;
    const size_t width = self->sizes[0] + self->sizes[self->layers];
    for (size_t i = 0; i < self->samples; i++) {
        const double *const row = self->data + i * width;
        const REAL *const out = NAMED(forward)(self, x, row, z, a);
        sum += NAMED(head)(self, out, row + self->sizes[0], by);
    }
    for (size_t k = 0; k < self->n; k++) {
        decay += (REAL)x[k] * (REAL)x[k];
    }
    return (double)(sum / (REAL)self->samples + (REAL)self->decay / 2 * decay);
}

/* Derivatives by the parameters of one layer, given those by its sums; then by the sums before. */
static void NAMED(backward)(const loss *self, const double *x, size_t at, int layer,
                            REAL z[][NET_WIDEST], REAL a[][NET_WIDEST], REAL *by, REAL *total)
{
    const size_t inputs = self->sizes[layer - 1];
    const size_t outputs = self->sizes[layer];
    REAL before[NET_WIDEST] = {0};
    for (size_t j = 0; j < outputs; j++) {
        for (size_t k = 0; k < inputs; k++) {
            total[at + j * inputs + k] += by[j] * a[layer - 1][k];
            before[k] += by[j] * (REAL)x[at + j * inputs + k];
        }
        total[at + outputs * inputs + j] += by[j];
    }
    for (size_t k = 0; k < inputs && layer > 1; k++) {
        by[k] = before[k] * NAMED(activate_slope)(self->kind, z[layer - 1][k]);
    }
}

static void NAMED(network_slope)(const loss *self, const double *x, double *g)
{
    REAL z[NET_LAYERS][NET_WIDEST];
    REAL a[NET_LAYERS][NET_WIDEST];
    REAL by[NET_WIDEST];
    REAL total[LOSS_MOST] = {0};
    const size_t width = self->sizes[0] + self->sizes[self->layers];
    for (size_t i = 0; i < self->samples; i++) {
        const double *const row = self->data + i * width;
        const REAL *const out = NAMED(forward)(self, x, row, z, a);
        (void)NAMED(head)(self, out, row + self->sizes[0], by);
        size_t at = self->n;
        for (int layer = self->layers; layer >= 1; layer--) {
            at -= self->sizes[layer] * (self->sizes[layer - 1] + 1);
            NAMED(backward)(self, x, at, layer, z, a, by, total);
        }
    }
    for (size_t k = 0; k < self->n; k++) {
        g[k] = (double)(total[k] / (REAL)self->samples + (REAL)self->decay * (REAL)x[k]);
    }
}
