import type { AdminTransport } from './admin-types';
import { ParleyError } from './errors';
import type { Disposition } from './types';

type Labels = Pick<AdminTransport, 'addDisposition' | 'renameDisposition' | 'moveDisposition' | 'retireDisposition'>;

/** Editing of the dispositions in `data`; `changed` tells the page. */
export function fakeLabels(data: () => { dispositions: Disposition[] }, changed: () => void): Labels {
  const find = (id: string) => data().dispositions.find((one) => one.id === id)!;
  const put = (next: Disposition[]) => {
    data().dispositions = next;
    changed();
  };
  const change = (id: string, what: Partial<Disposition>) =>
    put(data().dispositions.map((one) => (one.id === id ? { ...one, ...what } : one)));
  return {
    addDisposition: async (setId, parentId, name) => {
      if (name.trim() === '') throw new ParleyError('name');
      if (data().dispositions.some((one) => one.parentId === parentId && one.name === name))
        throw new ParleyError('label_taken');
      const id = `d-${data().dispositions.length + 1}`;
      put([...data().dispositions, { id, setId, parentId, name, hidden: false }]);
      return id;
    },
    renameDisposition: async (id, was, name) => {
      if (find(id).name !== was) throw new ParleyError('changed');
      change(id, { name });
    },
    moveDisposition: async (id, was, parentId, beforeId) => {
      if (find(id).parentId !== was) throw new ParleyError('changed');
      const rest = data().dispositions.filter((one) => one.id !== id);
      const at = beforeId === '' ? rest.length : rest.findIndex((one) => one.id === beforeId);
      put(rest.toSpliced(at, 0, { ...find(id), parentId }));
    },
    retireDisposition: async (id, hidden) => change(id, { hidden }),
  };
}
