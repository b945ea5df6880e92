// How parameters change when their gradient is known: as in torch.optim, with its default constants.

const MOMENTUM = 0.9;
const SMOOTHING = 0.99; // of RMSProp
const [FIRST, SECOND] = [0.9, 0.999]; // of Adam
const TINY = 1e-8;

/** Each is called as (values, gradient, rate, kept, count): kept has two arrays of its own that begin with zeros, count is that of the update, from 1. */
export const OPTIMIZERS = {
  /** Stochastic gradient descent. */
  sgd(values, gradient, rate) {
    for (let k = 0; k < values.length; k += 1) values[k] -= rate * gradient[k];
  },

  /** The same with momentum (Polyak 1964), as torch.optim.SGD(momentum=0.9). */
  momentum(values, gradient, rate, [velocity]) {
    for (let k = 0; k < values.length; k += 1) {
      velocity[k] = MOMENTUM * velocity[k] + gradient[k];
      values[k] -= rate * velocity[k];
    }
  },

  /** RMSProp (Hinton 2012): each parameter has its own step, by how large its gradients have been. */
  rmsprop(values, gradient, rate, [squares]) {
    for (let k = 0; k < values.length; k += 1) {
      squares[k] = SMOOTHING * squares[k] + (1 - SMOOTHING) * gradient[k] ** 2;
      values[k] -= (rate * gradient[k]) / (Math.sqrt(squares[k]) + TINY);
    }
  },

  /** Adam (Kingma and Ba 2015). */
  adam(values, gradient, rate, [means, squares], count) {
    const [few, fewer] = [1 - FIRST ** count, Math.sqrt(1 - SECOND ** count)];
    for (let k = 0; k < values.length; k += 1) {
      means[k] = FIRST * means[k] + (1 - FIRST) * gradient[k];
      squares[k] = SECOND * squares[k] + (1 - SECOND) * gradient[k] ** 2;
      values[k] -= ((rate / few) * means[k]) / (Math.sqrt(squares[k]) / fewer + TINY);
    }
  },
};

/**
 * Make a gradient shorter where its norm is above `most`, as torch.nn.utils.clip_grad_norm_.
 *
 * @param {Float64Array} gradient
 * @param {number} most 0 leaves it as it is
 * @returns {number} its norm before
 */
export function clip(gradient, most) {
  let sum = 0;
  for (let k = 0; k < gradient.length; k += 1) sum += gradient[k] * gradient[k];
  const norm = Math.sqrt(sum);
  const factor = most > 0 ? Math.min(1, most / (norm + 1e-6)) : 1;
  if (factor !== 1) for (let k = 0; k < gradient.length; k += 1) gradient[k] *= factor; // NaN is not 1: it stays visible
  return norm;
}
