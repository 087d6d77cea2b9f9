import { type ClusterNode, listNodes } from '@harbor-pilot/cluster';
import { parsePlatform } from '@harbor-pilot/oci';
import type { Check, Finding } from '../check.ts';
import { imagePlatforms } from './image-platforms.ts';
import type { ClusterView } from './view.ts';

const shownNodes = 10;

/** Whether a node that takes new pods can run the image. */
export function nodes({ context, cluster }: ClusterView): Check {
  return {
    id: 'cluster-nodes',
    area: 'cluster',
    title: 'architectures of the nodes',
    matters: 'A pod on a node of another architecture than the image ends with "no match for platform".',
    needs: ['cluster-api'],
    look: async (signal) => {
      const all = await listNodes(cluster.client, signal);
      if (all === undefined)
        return {
          status: 'skipped',
          seen: 'the account of the kubeconfig may not list nodes, which takes a ClusterRole',
        };
      return { ...judge(all, await imagePlatforms(context)), facts: all.slice(0, shownNodes).map(describe) };
    },
  };
}

function judge(all: readonly ClusterNode[], platforms: readonly string[]): Finding {
  const available = all.filter((node) => whyNot(node) === undefined);
  if (available.length === 0) {
    return {
      status: 'failed',
      code: 'ROLLOUT_FAILED',
      seen: `no available node: none of ${all.length} takes new pods`,
      advice: 'Look at "kubectl describe nodes": uncordon one, bring one back, or add one.',
    };
  }
  const count = `${available.length} of ${all.length} nodes`;
  const theirs = [...new Set(available.map(({ platform }) => platform))].join(', ');
  if (platforms.length === 0)
    return {
      status: 'skipped',
      seen: `${count} take new pods (${theirs}); which platforms the image has is not known`,
    };
  const image = `the image is for ${platforms.join(', ')}`;
  const wanted = platforms.map(withoutVariant);
  const unfit = available.filter(
    ({ platform }) => ![platform, ...(narrower[platform] ?? [])].some((one) => wanted.includes(one)),
  );
  if (unfit.length === 0) return { status: 'ok', seen: `${count} take new pods (${theirs}), and ${image}` };
  const advice = `Build the image for ${[...new Set(unfit.map(({ platform }) => platform))].join(', ')}, too (input "platforms").`;
  if (unfit.length === available.length) {
    return {
      status: 'failed',
      code: 'ROLLOUT_FAILED',
      seen: `no available node architecture: ${image}, the nodes that take new pods are ${theirs}`,
      advice,
    };
  }
  return {
    status: 'warning',
    seen: `${unfit.length} of ${available.length} nodes that take new pods cannot run it: ${image}, the nodes are ${theirs}`,
    advice: `${advice} Or keep the pods on the others with a nodeSelector.`,
  };
}

function describe(node: ClusterNode): string {
  return `${node.name}: ${node.platform}, ${whyNot(node) ?? 'takes new pods'}`;
}

/** Why ordinary pods do not get onto a node. */
function whyNot({ away, taints }: ClusterNode): string | undefined {
  return away ?? (taints.length === 0 ? undefined : `tainted with ${taints.join(', ')}`);
}

/** What a node takes besides, where an image has nothing better (containerd/platforms v1.0, `platformVector`). */
const narrower: Readonly<Record<string, readonly string[]>> = {
  'linux/amd64': ['linux/386'],
  'linux/arm64': ['linux/arm'],
};

/** A node tells no variant, so that only operating system and architecture can be compared. */
function withoutVariant(text: string): string {
  const { os, architecture } = parsePlatform(text);
  return `${os}/${architecture}`;
}
