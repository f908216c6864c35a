/** Three networks in one loss: a student learns labels and two teachers' tempered outputs; only the student moves. */
import {
  adamW,
  add,
  clipNorm,
  crossEntropy,
  floats,
  integers,
  logSoftmax,
  type Matrix,
  mean,
  mlp,
  multiply,
  negate,
  type Scalar,
  softmax,
  sum,
  training,
} from '../../../src/graph/index.ts';

const student = mlp([64, 32, 10]);
const teacher = mlp([64, 128, 10]);

/** T² KL(teacher ‖ student) up to the teacher's entropy. */
export const soft = (z: Matrix, wanted: Matrix, temperature: number): Scalar =>
  multiply(
    temperature * temperature,
    negate(mean(sum(multiply(softmax(wanted), logSoftmax(multiply(1 / temperature, z))), 1))),
  );

export const distillation = training({
  name: 'distillation',
  parameters: student.parameters,
  optimiser: adamW({ rate: 1e-3, decay: 0.01 }),
  inputs: { teachers: [teacher.parameters, teacher.parameters], x: floats(32, 64), y: integers(32) },
  steps: 10,
  shape: clipNorm(1),
  loss: (p, { inputs: { teachers, x, y } }) => {
    const z = student.apply(p, x);
    const wanted = multiply(0.5 / 4, add(...(teachers.map((each) => teacher.apply(each, x)) as [Matrix, Matrix])));
    return add(crossEntropy(z, y), soft(z, wanted, 4));
  },
});
