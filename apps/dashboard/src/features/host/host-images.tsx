'use client';
import { useQuery } from '@tanstack/react-query';
import { describeBytes, type Image } from '@vitrine/protocol';
import { Age, Badge, Button, EmptyState, Panel, SkeletonRows } from '@vitrine/ui';
import { Layers } from 'lucide-react';
import Link from 'next/link';
import { useTRPC } from '../../trpc/client.tsx';
import { Failure } from '../frame/failure.tsx';
import { useHostPage } from './host-page.tsx';

const command = ({ config }: Image): string => [...config.entrypoint, ...config.cmd].join(' ');

/** Layers from the lowest up, each as wide as it is large. */
function LayerBar({ image }: { image: Image }) {
  return (
    <ol
      className="flex h-2 w-full gap-px overflow-hidden rounded-full"
      aria-label={`${image.layers.length} layers, lowest first`}
    >
      {image.layers.map(({ diffId, sizeBytes }, index) => (
        <li
          key={diffId}
          title={`layer ${index + 1}: ${describeBytes(sizeBytes)} ${diffId}`}
          className="min-w-1 bg-series-2/70"
          style={{ flexGrow: Math.max(sizeBytes, 1), flexBasis: 0 }}
        />
      ))}
    </ol>
  );
}

function ImageRow({ image, hostId, online }: { image: Image; hostId: string; online: boolean }) {
  return (
    <li className="grid gap-x-6 gap-y-2 border-b px-4 py-3 last:border-b-0 md:grid-cols-[minmax(0,1fr)_240px_auto] md:items-center">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <span className="kernel text-base font-semibold">{image.reference}</span>
          <Badge>{describeBytes(image.sizeBytes)}</Badge>
          <span className="text-xs text-muted">
            made <Age atMs={image.createdAtMs} /> ago
          </span>
        </p>
        <p className="kernel truncate text-muted" title={command(image)}>
          {command(image) === '' ? 'no command of its own' : command(image)}
        </p>
        <p className="kernel truncate text-xs text-faint" title={image.id}>
          {image.id}
        </p>
      </div>
      <div className="space-y-1">
        <LayerBar image={image} />
        <p className="text-xs text-muted">
          {image.layers.length} read-only {image.layers.length === 1 ? 'layer' : 'layers'}, shared by all its containers
        </p>
      </div>
      {online ? (
        <Button asChild size="sm" className="justify-self-start">
          <Link prefetch={false} href={`/hosts/${hostId}/create?image=${encodeURIComponent(image.reference)}`}>
            Create container
          </Link>
        </Button>
      ) : null}
    </li>
  );
}

export function HostImages() {
  const { host } = useHostPage();
  const images = useQuery(useTRPC().hosts.images.queryOptions({ hostId: host.id }));
  if (images.isError) {
    return (
      <Failure
        title={`The images of ${host.name} could not be read`}
        error={images.error}
        onRetry={() => void images.refetch()}
      />
    );
  }
  if (images.data === undefined) return <SkeletonRows rows={3} label="Reading the images" />;
  return (
    <Panel title="Images" note={images.data.length} flush>
      {images.data.length === 0 ? (
        <EmptyState icon={Layers} title="No image yet">
          The agent makes the image <span className="kernel">starter</span> from the host’s static busybox when it
          starts.
        </EmptyState>
      ) : (
        <ul>
          {images.data.map((image) => (
            <ImageRow key={image.reference} image={image} hostId={host.id} online={host.connection === 'online'} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
