import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { login } from './login.ts';
import { nameResolution } from './name-resolution.ts';
import { port } from './port.ts';
import { proxy } from './proxy.ts';
import { registryApi } from './registry-api.ts';
import { tlsChecks } from './tls.ts';
import { tokenScope } from './token-scope.ts';
import { findWay } from './way.ts';

/** The checks of the way to the registry, up to what the account may do there. */
export function connectionChecks(context: DoctorContext): readonly Check[] {
  const way = findWay(context);
  return [
    nameResolution(way),
    port(way),
    proxy(way),
    ...tlsChecks(way, context),
    registryApi(way, context),
    login(context),
    tokenScope(context),
  ];
}
