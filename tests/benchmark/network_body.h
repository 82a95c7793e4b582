/*
 * The loss of network.c, once for each precision. Before: REAL, the type all of it computes with;
 * NAMED(), which tells the two apart; EXP, LOG and TANH. No include guard: it is included twice.
 */

/* out (B,outputs) = in (B,inputs) W + b */
static void NAMED(layer)(const REAL *in, size_t inputs, const REAL *w, const REAL *b,
                         size_t outputs, REAL *out)
{
    for (size_t s = 0; s < NETWORK_BATCH; s++) {
        REAL *const row = out + s * outputs;
        memcpy(row, b, outputs * sizeof *row);
        for (size_t i = 0; i < inputs; i++) {
            const REAL x = in[s * inputs + i];
            const REAL *const weights = w + i * outputs;
            for (size_t o = 0; x != 0 && o < outputs; o++) {
                row[o] += x * weights[o];
            }
        }
    }
}

static void NAMED(activate)(const network *net, REAL *z, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (net->is_tanh) {
            z[i] = TANH(z[i]);
        } else {
            z[i] = z[i] > 0 ? z[i] : 0;
        }
    }
}

/* Mean cross-entropy of z (B,classes). */
static REAL NAMED(cross_entropy)(const network *net, const REAL *z)
{
    const size_t classes = net->width[net->layers];
    REAL sum = 0;
    for (size_t s = 0; s < NETWORK_BATCH; s++, z += classes) {
        REAL top = z[0];
        for (size_t c = 1; c < classes; c++) {
            top = z[c] > top ? z[c] : top;
        }
        REAL total = 0;
        for (size_t c = 0; c < classes; c++) {
            total += EXP(z[c] - top);
        }
        sum += LOG(total) + top - z[net->label[s]];
    }
    return sum / NETWORK_BATCH;
}

static REAL NAMED(forward)(const network *net, const REAL *x, const REAL *in, REAL *const *out)
{
    for (size_t l = 0; l < net->layers; l++) {
        const size_t inputs = net->width[l];
        const size_t outputs = net->width[l + 1];
        NAMED(layer)(in, inputs, x, x + inputs * outputs, outputs, out[l]);
        if (l + 1 < net->layers) {
            NAMED(activate)(net, out[l], NETWORK_BATCH * outputs);
        }
        x += inputs * outputs + outputs;
        in = out[l];
    }
    return NAMED(cross_entropy)(net, in);
}

#undef REAL
#undef NAMED
#undef EXP
#undef LOG
#undef TANH
