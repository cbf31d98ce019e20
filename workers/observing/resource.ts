/** The process as OpenTelemetry describes what traces and metrics come from. */

/** @param service what it is called unless OTEL_SERVICE_NAME says so; OTEL_RESOURCE_ATTRIBUTES add to it */
export async function resourceOf(service: string) {
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    await import('@opentelemetry/resources');
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid }))
    .merge(detectResources({ detectors: [envDetector] }));
}
