/** What the lab can do from the command line today, in the order in which one uses it. */
export const commands: readonly { readonly line: string; readonly what: string }[] = [
  {
    line: 'npm start -- reproduce hrm-mnist',
    what: 'Train the paper’s model on MNIST and set it beside the published run',
  },
  { line: 'npm start -- import photos/', what: 'Make a data set of a folder or zip with one folder a class' },
  { line: 'npm start -- train --preset cnn-cifar10 --data photos', what: 'Train a model on a data set' },
  { line: 'npm start -- runs', what: 'List the runs and what came of them' },
  { line: 'npm start -- compare 1 2', what: 'Set runs beside each other' },
  { line: 'npm start -- export 1', what: 'Write a run’s pictures, tables and weights' },
  { line: 'npm start -- --help', what: 'All commands, each with an example' },
]
