/** Mean softmax cross-entropy of a batch, with what training and evaluation need of it. */
export interface BatchLoss {
  /** Sum over the batch of −ln p(label), in nats. */
  readonly lossSum: number;
  readonly correct: number;
}

/**
 * Softmax cross-entropy of logits against labels, in 64 bits.
 *
 *   ℓ = −ln p_y,   p = softmax(z);   ∂(mean ℓ)/∂z = (p − e_y) / batch
 *
 * @param logits   z, [batch × classes]
 * @param labels   y, [batch]
 * @param gradient takes the gradient of the mean loss, [batch × classes]; left out in evaluation
 */
export function softmaxCrossEntropy(logits: Float32Array, labels: Uint8Array, gradient?: Float32Array): BatchLoss {
  const batch = labels.length;
  const classes = logits.length / batch;
  let lossSum = 0;
  let correct = 0;
  for (let row = 0; row < batch; row += 1) {
    const from = row * classes;
    const label = from + labels[row]!;
    let best = from;
    for (let j = from + 1; j < from + classes; j += 1) if (logits[j]! > logits[best]!) best = j;
    const top = logits[best]!;
    let total = 0;
    for (let j = from; j < from + classes; j += 1) total += Math.exp(logits[j]! - top);
    lossSum += Math.log(total) + top - logits[label]!;
    if (best === label) correct += 1;
    if (!gradient) continue;
    for (let j = from; j < from + classes; j += 1) {
      gradient[j] = (Math.exp(logits[j]! - top) / total - (j === label ? 1 : 0)) / batch;
    }
  }
  return { lossSum, correct };
}
