function hasKey({key,signerCommand}){return key!==void 0||signerCommand.length>0}function isKeyless({keyless,identityToken}){return keyless||identityToken!==void 0}export{hasKey,isKeyless};
