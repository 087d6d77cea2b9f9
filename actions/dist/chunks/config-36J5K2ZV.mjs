import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-4RHPVQFZ.mjs";import"./chunk-TOBNFM2S.mjs";export{parseConfig,parseSettings,parseSettingsFile};
