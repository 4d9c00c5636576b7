// Which tasks of the plan are shown.
import type { TaskBoard, TaskGroup, TaskRow } from '$lib/generated/types';

/** How a task stands, as one asks for it. */
export type Standing = 'all' | 'open' | 'late' | 'done';

export const standings = ['all', 'open', 'late', 'done'] as const satisfies readonly Standing[];

function isDone(task: TaskRow): boolean {
  return task.state.tone === 'ok';
}

/** What is late is open too. */
function stands(task: TaskRow, standing: Standing): boolean {
  if (standing === 'all') return true;
  if (standing === 'late') return task.state.tone === 'late';
  return isDone(task) === (standing === 'done');
}

/** The groups with the tasks of a unit (empty: of all) that stand so; groups without any are left out. */
export function shown(board: TaskBoard, standing: Standing, unit: string): TaskGroup[] {
  return board.groups
    .map((group) => ({
      ...group,
      tasks: group.tasks.filter(
        (task) => stands(task, standing) && (unit === '' || task.units.includes(unit)),
      ),
    }))
    .filter((group) => group.tasks.length > 0);
}

/** How many tasks of a unit stand so. */
export function count(board: TaskBoard, standing: Standing, unit: string): number {
  return shown(board, standing, unit).reduce((sum, group) => sum + group.tasks.length, 0);
}
