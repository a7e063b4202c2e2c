import 'reflect-metadata';
import { type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions } from '@nestjs/microservices';

/** The module of the measured controller. */
class BenchModule {}

/** A Nest microservice of one controller. */
export function microservice(controller: new () => object, options: MicroserviceOptions): Promise<INestMicroservice> {
  const module = { module: BenchModule, controllers: [controller] };
  return NestFactory.createMicroservice<MicroserviceOptions>(module, { ...options, logger: ['error'] });
}
