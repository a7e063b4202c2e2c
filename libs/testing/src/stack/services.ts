/** The five services and the port each has by default. */
export const services = {
  ingress: 3000,
  'dashboard-broadcaster': 3001,
  'dead-letter-reprocessor': 3002,
  'agent-consumer': 3003,
  'outbound-sender': 3004,
} as const;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as ServiceName[];
