// Trains a softmax classifier on Fisher's Iris data by gradient descent, in plain Node without a package.
// usage: node train.mjs DATA.csv LEARNING_RATE EPOCHS OUTPUT_FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [dataFile, rateText, epochsText, outputFolder] = process.argv.slice(2);
const learningRate = Number(rateText);
const epochs = Number(epochsText);

const rows = readFileSync(dataFile, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));
const species = [...new Set(rows.map((row) => row[4]))];
const features = rows.map((row) => row.slice(0, 4).map(Number));
const labels = rows.map((row) => species.indexOf(row[4]));

// Every fifth flower is kept back: the accuracy is measured on flowers that the model has not seen.
const isTest = (index) => index % 5 === 0;
const means = [0, 1, 2, 3].map((column) => average(features.map((row) => row[column])));
const deviations = [0, 1, 2, 3].map((column) =>
  Math.sqrt(average(features.map((row) => (row[column] - means[column]) ** 2))),
);
const scaled = features.map((row) => [1, ...row.map((value, column) => (value - means[column]) / deviations[column])]);
const train = scaled.map((_, index) => index).filter((index) => !isTest(index));
const test = scaled.map((_, index) => index).filter(isTest);

const weights = species.map(() => [0, 0, 0, 0, 0]);
console.log(`training on ${train.length} flowers, learning rate ${learningRate}, ${epochs} epochs`);
for (let epoch = 1; epoch <= epochs; epoch += 1) {
  const loss = step();
  if (epoch === 1 || epoch === epochs || epoch % Math.ceil(epochs / 5) === 0)
    console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}`);
}

const hits = test.filter((index) => predict(scaled[index]).best === labels[index]).length;
const accuracy = hits / test.length;
console.log(`accuracy on ${test.length} unseen flowers: ${accuracy.toFixed(4)}`);

mkdirSync(outputFolder, { recursive: true });
writeFileSync(
  join(outputFolder, 'model.json'),
  `${JSON.stringify({ species, means, deviations, weights }, null, 2)}\n`,
);
// Tandem reads a run's outputs from the file that this variable names: one JSON object, a value for each output.
if (process.env.TANDEM_OUTPUTS_FILE)
  writeFileSync(process.env.TANDEM_OUTPUTS_FILE, JSON.stringify({ accuracy, flowers: rows.length }));

/** One step over all flowers; gives the mean cross-entropy before it. */
function step() {
  const gradient = weights.map((row) => row.map(() => 0));
  let loss = 0;
  for (const index of train) {
    const { probabilities } = predict(scaled[index]);
    loss -= Math.log(probabilities[labels[index]]);
    probabilities.forEach((probability, label) => {
      const error = probability - (label === labels[index] ? 1 : 0);
      scaled[index].forEach((value, column) => {
        gradient[label][column] += error * value;
      });
    });
  }
  gradient.forEach((row, label) => {
    row.forEach((value, column) => {
      weights[label][column] -= (learningRate * value) / train.length;
    });
  });
  return loss / train.length;
}

function predict(flower) {
  const scores = weights.map((row) => row.reduce((sum, weight, column) => sum + weight * flower[column], 0));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const probabilities = powers.map((power) => power / total);
  return { probabilities, best: probabilities.indexOf(Math.max(...probabilities)) };
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
