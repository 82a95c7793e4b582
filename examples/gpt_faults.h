/*
 * The mistakes that can be switched on in the backward pass of the GPT, all of kinds that real
 * projects had. gpt_wrong.c is told which by its word; the source asks `fault == NAME` in the place
 * where it would be made. tests/examples/gpt_faults.tsv says which gradients each of them spoils.
 *
 *     X(NAME, "word", "what the backward pass does")
 */
#ifndef GRADAUDIT_EXAMPLES_GPT_FAULTS_H
#define GRADAUDIT_EXAMPLES_GPT_FAULTS_H

#define GPT_FAULTS(X)                                                                              \
    X(ATTENTION_SCALE, "attention-scale", "forgets 1/sqrt(head size) in the derivative of scores") \
    X(MASK_BACKWARD, "mask-backward", "computes the attention again without the causal mask")      \
    X(SOFTMAX_SUM, "softmax-sum", "takes the sum that a softmax divides by for a constant")        \
    X(VALUE_KEY, "value-key", "stores what belongs to keys with the values, and conversely")       \
    X(LAYERNORM_MEAN, "layernorm-mean", "forgets that the mean of a layer norm depends on all")    \
    X(LAYERNORM_INPUT, "layernorm-input", "multiplies by the input, not by the normalised input")  \
    X(LAYERNORM_EPS, "layernorm-eps", "leaves the epsilon of layer norms out")                     \
    X(LAYERNORM_LAYER, "layernorm-layer", "adds to ln2w of the first layer, whatever the layer")   \
    X(GELU_OUTPUT, "gelu-output", "takes the derivative of GELU at its output")                    \
    X(GELU_CUBIC, "gelu-cubic", "does not differentiate the cubic term of GELU")                   \
    X(BIAS_BATCH, "bias-batch", "sums biases over the time, but not over the batch")               \
    X(PROJECTION_TRANSPOSED, "projection-transposed",                                              \
      "multiplies by attprojw the wrong way round")                                                \
    X(GRADIENT_TRANSPOSED, "gradient-transposed", "stores the gradient of attprojw transposed")    \
    X(RESIDUAL_DROPPED, "residual-dropped", "hands nothing back around the attention")             \
    X(TIED_OVERWRITTEN, "tied-overwritten", "sets rows of wte where it should add to them")        \
    X(POSITION_UNWRITTEN, "position-unwritten", "adds nothing to wpe")                             \
    X(POSITION_SHIFTED, "position-shifted", "adds to the row of the next position in wpe")         \
    X(TENSOR_DOUBLED, "tensor-doubled", "adds to fcprojw twice")                                   \
    X(ONE_SIGN, "one-sign", "gets the sign of one element of fcw wrong")                           \
    X(BATCH_FACTOR, "batch-factor", "is that of the sum over the tokens, not of the mean")

#endif
